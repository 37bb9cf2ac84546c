"""What a document may look like, and what its FIELDs become."""

from __future__ import annotations

import base64
import gzip
from datetime import datetime
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from gammavo.formats.votable_reader import UploadLimits, read_votable
from gammavo.model.columns import Column, Datatype, TimeSystem
from tests.unit.formats.votable_uploads import (
    NAMESPACE,
    packed,
    read,
    rows,
    stream,
    tabledata,
    votable,
)

INT = '<FIELD name="a" datatype="int"/>'
ONE = "<TABLEDATA><TR><TD>1</TD></TR></TABLEDATA>"


@pytest.mark.parametrize(
    "root",
    [
        "",
        'version="1.0"',
        'version="1.0" xmlns="http://www.ivoa.net/xml/VOTable/v1.0"',
        'version="1.1" xmlns="http://www.ivoa.net/xml/VOTable/v1.1"',
        'version="1.2" xmlns="http://www.ivoa.net/xml/VOTable/v1.2"',
        'version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"',
        'version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"',
        'version="1.5" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"',
        'xmlns="http://vizier.u-strasbg.fr/xml/VOTable-1.1.xsd"',
    ],
)
def test_versions_and_namespaces(root: str) -> None:
    assert rows(read(votable(INT, ONE, root=root))) == [[1]]


def test_version_1_0_names_a_dtd_that_is_not_read() -> None:
    document = votable(INT, ONE, root='version="1.0"').replace(
        "<VOTABLE",
        '<!DOCTYPE VOTABLE SYSTEM "file:///etc/passwd">\n<VOTABLE',
        1,
    )
    assert rows(read(document)) == [[1]]


@pytest.mark.parametrize("data", ["tabledata", "stream"])
def test_elements_with_a_prefix(data: str) -> None:
    made = (
        tabledata(INT, ("1",)) if data == "tabledata" else stream(INT, packed("i", 1))
    )
    text = made.replace("</", "\0").replace("<?", "\1").replace("<", "<v:")
    text = text.replace("\0", "</v:").replace("\1", "<?").replace("xmlns=", "xmlns:v=")
    assert rows(read(text)) == [[1]]


@pytest.mark.parametrize(
    "body",
    [
        "<TABLEDATA><TR><TD>1</TD><TD>x</TD></TR></TABLEDATA>",
        "<TABLEDATA>\n  <TR>\n    <TD>1</TD>\r\n\t<TD>x</TD></TR>\n</TABLEDATA>",
        "<TABLEDATA ID='a>b'><TR><TD>1</TD><TD>x</TD></TR></TABLEDATA >",
        "<TABLEDATA><TR ID='r'><TD>1</TD><TD >x</TD ></TR></TABLEDATA>",
        "<TABLEDATA><!-- </TABLEDATA> --><TR><TD>1</TD><TD>x</TD></TR></TABLEDATA>",
        "<TABLEDATA><TR><TD>1</TD><TD><![CDATA[x]]></TD></TR></TABLEDATA>",
        "<TABLEDATA><TR><TD>&#49;</TD><TD>&#x78;</TD></TR></TABLEDATA>",
        "<TABLEDATA><?pi?><TR><TD>1</TD><TD>x</TD></TR></TABLEDATA>",
    ],
)
def test_ways_to_write_a_row(body: str) -> None:
    fields = INT + '<FIELD name="b" datatype="char" arraysize="*"/>'
    assert rows(read(votable(fields, body))) == [[1, "x"]]


@pytest.mark.parametrize("empty", ["<TD/>", "<TD />", "<TD></TD>"])
def test_ways_to_write_null(empty: str) -> None:
    fields = INT + '<FIELD name="b" datatype="char" arraysize="*"/>'
    body = f"<TABLEDATA><TR>{empty}<TD>x</TD></TR><TR>{empty}{empty}</TR></TABLEDATA>"
    assert rows(read(votable(fields, body))) == [[None, "x"], [None, None]]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("a &amp;amp; &lt;b&gt; &quot;&apos;", "a &amp; <b> \"'"),
        ("&#38;lt;&#x1F600;", "&lt;😀"),
        ("a > b", "a > b"),
        ("a\r\nb\rc&#13;", "a\nb\nc\r"),
        ("[[1], [2]]", "[[1], [2]]"),
        ("<![CDATA[<a>&amp;]]>", "<a>&amp;"),
        ("Größe 😀", "Größe 😀"),
    ],
)
def test_characters(xml: str, text: str) -> None:
    fields = '<FIELD name="b" datatype="unicodeChar" arraysize="*"/>'
    assert rows(read(tabledata(fields, (xml,), ("plain",)))) == [[text], ["plain"]]


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
    ],
)
def test_encodings(declared: str, codec: str) -> None:
    fields = '<FIELD name="größe" datatype="unicodeChar" arraysize="*"/>'
    document = tabledata(fields, ("Äpfel",)).replace(
        '<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{declared}"?>'
    )
    table = read(document.encode(codec))
    assert rows(table) == [["Äpfel"]]
    assert table.columns[0].name == "größe"


def test_documents_from_files(tmp_path: Path) -> None:
    file = tmp_path / "table.vot.gz"
    whole = tabledata(INT, ("1",)).encode()
    file.write_bytes(gzip.compress(whole[:100]) + gzip.compress(whole[100:]) + bytes(9))
    assert rows(read_votable(file, limits=UploadLimits())) == [[1]]


def test_files_that_give_little_at_a_time() -> None:
    class Dripping(RawIOBase):
        content = BytesIO(tabledata(INT, ("1",)).encode())

        def read(self, size: int = -1) -> bytes:
            return self.content.read(min(size, 7))

    assert rows(read_votable(Dripping(), limits=UploadLimits())) == [[1]]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "attributes",
    ['encoding="base64 gzip"', 'encoding="gzip"', "encoding='gzip,base64'"],
)
def test_streams_packed_with_gzip(attributes: str) -> None:
    content = gzip.compress(packed("2i", 1, 2))
    document = stream(INT, content, attributes=attributes)
    assert rows(read(document)) == [[1], [2]]


def test_a_stream_with_a_comment_and_references() -> None:
    text = base64.b64encode(packed("2i", 1, 2)).decode()
    body = f"<BINARY><STREAM encoding='base64'>{text[:3]}<!-- x -->&#10;{text[3:]}</STREAM>"
    assert rows(read(votable(INT, body + "</BINARY>"))) == [[1], [2]]


@pytest.mark.parametrize(
    "data",
    [
        "<TABLEDATA/>",
        "<TABLEDATA> </TABLEDATA>",
        "<BINARY><STREAM/></BINARY>",
        '<BINARY2><STREAM encoding="base64"> </STREAM></BINARY2>',
        "<FITS><STREAM encoding='base64'/></FITS>",
    ],
)
def test_data_without_rows(data: str) -> None:
    assert rows(read(votable(INT, data))) == []


def test_a_table_without_data() -> None:
    document = votable(INT, "").replace("<DATA></DATA>", "")
    assert rows(read(document)) == []


def test_the_first_table_of_nested_resources_is_read() -> None:
    document = f"""<VOTABLE version="1.4" {NAMESPACE}>
    <RESOURCE type="meta"><INFO name="x" value="y"/>
      <VODML xmlns="http://www.ivoa.net/xml/mivot"><TABLE><FIELD/></TABLE></VODML>
    </RESOURCE>
    <RESOURCE><RESOURCE><PARAM name="p" datatype="int" value="1"/>
      <TABLE><PARAM name="p" datatype="int" value="1"><VALUES null="3"/></PARAM>
        <DESCRIPTION>Of the table</DESCRIPTION>{INT}<GROUP><FIELDref ref="a"/></GROUP>
        <DATA>{ONE}</DATA><INFO name="n" value="v"/></TABLE>
      <TABLE>{INT}<DATA><TABLEDATA><TR><TD>2</TD></TR></TABLEDATA></DATA></TABLE>
    </RESOURCE></RESOURCE>
    <RESOURCE><TABLE>{INT}</TABLE></RESOURCE></VOTABLE>"""
    assert rows(read(document)) == [[1]]


def test_what_a_field_says_is_kept() -> None:
    document = votable(
        '<FIELD ID="i" name="t" datatype="double" unit="d" ucd="time.epoch" utype="a:b" '
        'ref="mjd"><DESCRIPTION>When\n  it was</DESCRIPTION>'
        "<VALUES><MIN value='1'/></VALUES></FIELD>"
        '<FIELD name="p" datatype="double" arraysize="2" xtype="point" ref="sky"/>',
        "<TABLEDATA><TR><TD>1</TD><TD>1 2</TD></TR></TABLEDATA>",
    ).replace(
        "<TABLE>",
        '<COOSYS ID="sky" system="ICRS"/><TIMESYS ID="mjd" timeorigin="MJD-origin" '
        'timescale="TT" refposition="TOPOCENTER"/><TABLE>',
    )
    assert read(document).columns == (
        Column(
            "t",
            Datatype.DOUBLE,
            "When it was",
            unit="d",
            ucd="time.epoch",
            utype="a:b",
            time=TimeSystem("TT", "TOPOCENTER", "MJD-origin"),
        ),
        Column("p", Datatype.POINT, "", frame="ICRS"),
    )


@pytest.mark.parametrize(
    ("attributes", "datatype", "sent"),
    [
        ('datatype="short"', Datatype.SMALLINT, ("short", None, None)),
        ('datatype="unsignedByte"', Datatype.SMALLINT, ("short", None, None)),
        ('datatype="bit"', Datatype.BOOLEAN, ("boolean", None, None)),
        ('datatype="double" arraysize="1"', Datatype.DOUBLE, ("double", None, None)),
        ('datatype="double" arraysize=""', Datatype.DOUBLE, ("double", None, None)),
        ('datatype="double" arraysize="1*"', Datatype.DOUBLE, ("double", "1*", None)),
        ('datatype="int" arraysize="2x3x*"', Datatype.INTEGER, ("int", "2x3x*", None)),
        ('datatype="floatComplex"', Datatype.REAL, ("float", "2", None)),
        (
            'datatype="floatComplex" arraysize="3"',
            Datatype.REAL,
            ("float", "2x3", None),
        ),
        ('datatype="char"', Datatype.VARCHAR, ("char", "*", None)),
        ('datatype="char" arraysize="8"', Datatype.VARCHAR, ("char", "8", None)),
        ('datatype="char" arraysize="8*"', Datatype.VARCHAR, ("char", "8*", None)),
        ('datatype="char" arraysize="8x2"', Datatype.VARCHAR, ("char", "8x2", None)),
        (
            'datatype="unicodeChar" arraysize="5"',
            Datatype.UNICODE,
            ("unicodeChar", "5", None),
        ),
        (
            'datatype="char" arraysize="*" xtype="adql:POINT"',
            Datatype.VARCHAR,
            ("char", "*", "adql:POINT"),
        ),
        (
            'datatype="char" arraysize="*" xtype="adql:REGION"',
            Datatype.REGION,
            ("char", "*", "adql:REGION"),
        ),
        (
            'datatype="char" arraysize="20" xtype="timestamp"',
            Datatype.TIMESTAMP,
            ("char", "*", "timestamp"),
        ),
        (
            'datatype="double" xtype="timestamp"',
            Datatype.DOUBLE,
            ("double", None, "timestamp"),
        ),
        (
            'datatype="float" arraysize="2" xtype="point"',
            Datatype.POINT,
            ("double", "2", "point"),
        ),
        (
            'datatype="double" arraysize="3" xtype="circle"',
            Datatype.CIRCLE,
            ("double", "3", "circle"),
        ),
        (
            'datatype="double" arraysize="*" xtype="polygon"',
            Datatype.POLYGON,
            ("double", "*", "polygon"),
        ),
        (
            'datatype="double" arraysize="6" xtype="polygon"',
            Datatype.POLYGON,
            ("double", "6", "polygon"),
        ),
        (
            'datatype="double" arraysize="3" xtype="point"',
            Datatype.DOUBLE,
            ("double", "3", "point"),
        ),
        (
            'datatype="double" arraysize="2" xtype="interval"',
            Datatype.DOUBLE,
            ("double", "2", "interval"),
        ),
        (
            'datatype="char" arraysize="*" xtype="moc"',
            Datatype.VARCHAR,
            ("char", "*", "moc"),
        ),
    ],
)
def test_types_survive(
    attributes: str, datatype: Datatype, sent: tuple[str, str | None, str | None]
) -> None:
    (column,) = read(tabledata(f'<FIELD name="a" {attributes}/>')).columns
    assert (column.datatype, column.votable) == (datatype, sent)


def test_names_are_kept_as_they_are() -> None:
    names = ["u", "U", "u", "select", "a b", "1", 'q"t', "größe", ""]
    fields = (
        "".join(f"<FIELD name='{name}' datatype='int'/>" for name in names)
        + '<FIELD ID="only_id" datatype="int"/><FIELD datatype="int"/>'
    )
    found = [column.name for column in read(tabledata(fields)).columns]
    assert found == [*names[:-1], "column_9", "only_id", "column_11"]


def test_made_up_names_are_unique() -> None:
    fields = '<FIELD name="COLUMN_2" datatype="int"/><FIELD datatype="int"/>'
    table = read(tabledata(fields))
    assert [column.name for column in table.columns] == ["COLUMN_2", "column_2_"]


def test_what_taplint_uploads() -> None:
    """STIL 4.3 writes VOTable 1.2 with fixed texts, and NULL as numbers of its own."""
    fields = "".join(
        f'<FIELD datatype="{datatype}" name="{name}"{attributes}>{values}</FIELD>\n'
        for name, datatype, attributes, values in (
            ("d_short", "short", "", "<VALUES null='-32768'/>"),
            ("d_int", "int", "", "<VALUES null='-2147483648'/>"),
            ("d_long", "long", "", "<VALUES null='-9223372036854775808'/>"),
            ("d_float", "float", "", ""),
            ("d_double", "double", "", ""),
            ("d_char", "char", "", ""),
            ("d_string", "char", ' arraysize="2"', ""),
            ("d_time", "char", ' arraysize="19" xtype="timestamp"', ""),
        )
    )
    first = ("7", "7", "7", "7.875", "7.875", "H", "7", "2000-01-08T01:40:48")
    last = ("", "", "", "NaN", "", "W", "22", "2000-01-23T05:16:48")
    root = 'version="1.2" xmlns="http://www.ivoa.net/xml/VOTable/v1.2"'
    cells = tabledata(fields, first, last).replace(f'version="1.4" {NAMESPACE}', root)
    nan = float("nan")
    data = packed(
        "hiqfdc2s19s", 7, 7, 7, 7.875, 7.875, b"H", b"7", b"2000-01-08T01:40:48"
    ) + packed(
        "hiqfdc2s19s",
        *(-(2**15), -(2**31), -(2**63), nan, nan, b"W", b"22", b"2000-01-23T05:16:48"),
    )
    expected = [
        [
            7,
            7,
            7,
            7.875,
            7.875,
            "H",
            "7",
            datetime.fromisoformat("2000-01-08T01:40:48"),
        ],
        [*[None] * 5, "W", "22", datetime.fromisoformat("2000-01-23T05:16:48")],
    ]
    for document in (
        cells,
        stream(fields, data).replace(f'version="1.4" {NAMESPACE}', root),
    ):
        table = read(document)
        assert rows(table) == expected
        assert [column.votable[0] for column in table.columns] == [
            *("short", "int", "long", "float", "double", "char", "char", "char")
        ]


def test_what_stilts_sends() -> None:
    document = """<?xml version='1.0'?>
<VOTABLE version="1.2"
 xmlns="http://www.ivoa.net/xml/VOTable/v1.2">
<!--
 !  VOTable written by STIL version 4.3.4 (uk.ac.starlink.votable.VOTableWriter)
 !-->
<RESOURCE>
<TABLE name="in.csv" nrows="1">
<FIELD datatype="short" name="a">
<VALUES null='-32768'/>
</FIELD>
<FIELD datatype="short" name="b">
<VALUES null='-32768'/>
</FIELD>
<DATA>
<TABLEDATA>
<TR><TD>1</TD><TD>2</TD></TR>
</TABLEDATA>
</DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
"""
    table = read(document)
    assert rows(table) == [[1, 2]]
    assert [column.datatype for column in table.columns] == [Datatype.SMALLINT] * 2
