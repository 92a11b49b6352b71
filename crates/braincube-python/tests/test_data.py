"""Extractions, frames, streams and filters."""

import datetime

import pytest

import braincube
from braincube import col

DATE, BATCH, PHASE, TEMPERATURE, CLOCK = 2000001, 2000002, 2000003, 2000040, 2000041


def test_columns_have_the_order_of_the_query(base):
    frame = base.data([TEMPERATURE, DATE, "Drying phase"], label="standard")
    assert frame.columns == ["Dryer temperature", "Date", "Drying phase"]
    assert frame.dtypes == {
        "Dryer temperature": "double", "Date": "timestamp[ms]", "Drying phase": "dictionary<string, int32>",
    }
    assert frame.shape == (9220, 3) and len(frame) == 9220 and frame.missing == []
    assert frame["Date"][0] == datetime.datetime(2023, 10, 2, 6)
    assert frame.head(2)["Drying phase"] == frame["Drying phase"][:2]
    with pytest.raises(KeyError):
        frame["nothing"]


def test_all_readers_of_arrow_agree(base):
    duckdb, polars, pyarrow = (pytest.importorskip(name) for name in ("duckdb", "polars", "pyarrow"))
    frame = base.data([DATE, BATCH, TEMPERATURE])
    table = frame.to_arrow()
    assert isinstance(table, pyarrow.Table) and isinstance(frame.to_polars(), polars.DataFrame)
    rows = table.to_pydict()
    assert rows == frame.to_dict()
    assert {name: column.to_list() for name, column in frame.to_polars().to_dict().items()} == rows
    assert duckdb.sql("select sum(\"2000040\") from frame").fetchall()[0][0] == pytest.approx(sum(rows["2000040"]))
    assert pyarrow.schema(frame) == table.schema


def test_pandas_needs_no_pyarrow(base):
    pandas = pytest.importorskip("pandas")
    frame = base.data([DATE, BATCH, TEMPERATURE, CLOCK], infer_integers=True)
    data = frame.to_pandas()
    assert [str(kind) for kind in data.dtypes] == ["datetime64[ms]", "category", "float64", "int64"]
    for name, values in frame.to_dict().items():
        assert data[name].tolist() == values
    data.loc[0, "2000040"] = 1.5  # a caller may write
    assert data["2000040"][0] == 1.5
    assert isinstance(frame.head(0).to_pandas(), pandas.DataFrame)


def test_gaps_are_nulls(tmp_path):
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "gaps.csv"
    path.write_text("Date,Speed,Count,Label\n2023-01-01T00:00:00,1.5,1,A\n2023-01-01T00:00:01,,,\n2023-01-01T00:00:02,2,3,B\n")
    with braincube.Simulator(csv=[path]) as simulator:
        base = simulator.client()["demo"].memory_base(21)
        frame = base.data(label="standard", infer_integers=True)
        assert frame["Speed"] == [1.5, None, 2.0] and frame["Count"] == [1, None, 3]
        data = frame.to_pandas()
        assert pandas.isna(data["Speed"][1]) and str(data["Count"].dtype) == "float64"


@pytest.mark.parametrize(
    "where",
    [
        "d2000040 > 80 and not d2000002 = \"B07\"",
        {"AND": [{"GREAT": ["mb20/d2000040", 80]}, {"NOT": [{"EQUALS": ["mb20/d2000002", ["B07"]]}]}]},
        (col(TEMPERATURE) > 80) & (col(BATCH) != "B07"),
        [col("Dryer temperature") > 80, ~(col("Batch") == "B07")],
        ["d2000040 > 80", {"NOT": [{"EQUALS": ["mb20/d2000002", ["B07"]]}]}],
        (col("mb20/d2000040") > 80) & ~col(BATCH).isin(["B07", "none"]),
    ],
)
def test_every_form_of_a_filter_keeps_the_same_rows(base, where):
    rows = base.data([TEMPERATURE, BATCH]).to_dict()
    kept = [one for one, batch in zip(rows["2000040"], rows["2000002"]) if one > 80 and batch != "B07"]
    assert base.data([TEMPERATURE], where=where)["2000040"] == kept


def test_operators_of_columns():
    variable = col(5)
    assert (variable <= 1).to_dict(20) == {"LESS_EQUALS": ["mb20/d5", 1]}
    assert (variable >= 1.5).to_dict(20) == {"GREAT_EQUALS": ["mb20/d5", 1.5]}
    assert (variable < datetime.datetime(2023, 1, 2, 3, 4, 5)).to_dict(20) == {"LESS": ["mb20/d5", "20230102_030405"]}
    assert variable.between(1, 2).to_dict(20) == {"BETWEEN": ["mb20/d5", 1, 2]}
    assert ((variable > 1) | (variable < 0)).to_dict(7) == {"OR": [{"GREAT": ["mb7/d5", 1]}, {"LESS": ["mb7/d5", 0]}]}
    numpy = pytest.importorskip("numpy")
    assert (col(numpy.int64(5)) == numpy.float64(2)).to_dict(20) == {"EQUALS": ["mb20/d5", 2.0]}


def test_misused_filters_are_errors(base):
    with pytest.raises(TypeError):
        bool(col(5) > 1)
    with pytest.raises(TypeError):
        1 < col(5) < 2  # noqa: B015
    for where in (col(5), 7, {"GREAT": ["mb20/d5", float("nan")]}, {"GREAT": ["mb20/d5", object()]}):
        with pytest.raises(braincube.InputError):
            base.data([TEMPERATURE], where=where)
    for value in (float("inf"), True, object()):
        with pytest.raises(braincube.InputError):
            col(5) > value  # noqa: B015
    with pytest.raises(braincube.InputError, match="column 10"):
        base.data([TEMPERATURE], where="d2000040 @ 5")


def test_periods(base):
    whole = base.data([DATE])["2000001"]
    start, end = datetime.datetime(2023, 10, 5), datetime.datetime(2023, 10, 6, 12)
    kept = [date for date in whole if start <= date <= end]
    assert base.data([DATE], start=start, end=end)["2000001"] == kept
    assert base.data([DATE], start="2023-10-05", end="2023-10-06T12:00:00")["2000001"] == kept
    assert base.data([DATE], start=datetime.date(2023, 10, 5), end=end.replace(tzinfo=datetime.timezone.utc))[
        "2000001"
    ] == kept
    assert len(base.data([DATE], last="1d")) == 0
    for wrong in ({"start": "05/10/2023"}, {"last": "soon"}, {"label": "colour"}, {"start": "2023", "last": "1d"}):
        with pytest.raises(braincube.InputError):
            base.data([DATE], **wrong)
    with pytest.raises(TypeError, match="known are"):
        base.data([DATE], unknown=True)


def test_a_stream_can_be_read_again(base):
    stream = base.stream([DATE, BATCH], start="2023-10-01", end="2023-10-31", every="7d")
    assert sum(len(frame) for frame in stream) == 9220
    assert [len(frame) for frame in stream] == [len(frame) for frame in stream]
    with pytest.raises(braincube.InputError):
        list(base.stream([DATE], every="7d"))


def test_a_stream_gives_its_schema_first(base):
    duckdb, polars, pyarrow = (pytest.importorskip(name) for name in ("duckdb", "polars", "pyarrow"))
    stream = base.stream([DATE, BATCH], start="2023-10-01", end="2023-10-31", every=datetime.timedelta(days=7))
    assert pyarrow.schema(stream).names == ["2000001", "2000002"]
    assert duckdb.sql("select count(*) from stream").fetchall() == [(9220,)]
    assert duckdb.sql("select count(*) from stream").fetchall() == [(9220,)]
    assert stream.to_polars().shape == (9220, 2) and stream.to_arrow().num_rows == 9220
    reader = pyarrow.RecordBatchReader.from_stream(stream)
    assert [batch.num_rows for batch in reader][:2] == [len(frame) for frame in stream][:2]


def test_an_error_in_a_stream_is_raised(own_site):
    pyarrow = pytest.importorskip("pyarrow")
    base = own_site.client(retry_for=0)["demo"].memory_base(20)
    stream = base.stream([DATE], start="2023-10-01", end="2023-10-31", every="7d")
    own_site.add_fault("status=500@/LF,after=1")
    with pytest.raises(braincube.ServerError):
        list(stream)
    own_site.clear_faults()
    own_site.add_fault("status=500@/LF,after=1")
    with pytest.raises((pyarrow.ArrowException, OSError), match="500"):
        pyarrow.table(stream)


def test_progress_is_reported(own_site):
    base = own_site.client()["demo"].memory_base(30)
    seen = []
    frame = base.data(progress=seen.append)
    assert seen and seen[-1].bytes > 1_000_000 and seen[-1].rows == len(frame) == 20_000
    with pytest.raises(ZeroDivisionError):
        base.data(progress=lambda progress: 1 / 0)


def test_progress_bar(base, capsys):
    pytest.importorskip("tqdm")
    base.data([DATE], progress=True)
    assert "braincube" in capsys.readouterr().err
