"""Workbooks for tests: a real .xls of two rows, and .xlsx files whose XML can be edited."""

import base64
import io
import zipfile
import zlib

import xlsxwriter

_XLS = r"""c-rk)O=uHA6#izj+x*b{HWgZ-go0ITr4%n-+N}lc$<pdU5kb>z)DWAMkW0N-tvQJxcv8F+>cLCZi$AEKHxELK9t1&1^yo>j;Gxa>=4DsXs?dNID)TM#=FOXVJ8x&^z1f+i#du}zVP_TVFa#fJP7o~(GC?Wm6=I-z$C0d;2PioTTMEGdO=OFKXW=(~Ifrt-tI+U3e?=7dMCl|hV9YLLQ=5npwjnK~4TD4l?vNyc4z?=6G{dxw>3weboar!2t}`8^wiR&#i{@DGes>ig*Sfhb0{Py@tn+~-18B!<xr#5{5cReO4it0g^INQ<OK-(IXhKJ`g=|rlqqvI@U|IcBQ~lF~3X(M0^H_FLz&FpUU#66NbL9dg|Grl4|ARb0lek`fQ`3PNIH%c3$_OK&%NhemOLiu|f?mk7Uia;cZRO6|6sR-lLMdmZEdw}{&74d7fQh{WAsOL0BE;52gfM$bD^Uwk=Hu)yF*0f8-q*K>C&$fGESce5puSh^kfy=GWvM~R5w6jgQh#Kb<o7VW!f)Nqd?(W+eFEh@<LxeUXqMYt<=P(VXCLF8xwC=aMSS_o#FMV_XLC343!~MG$%Xgk9J*=mvPfS(v*;6j;`S|xr>2(+H?DkS+VM+_31~6bcE{Ziqga(*MTj%4m*nV(pC!#5E2%Ahqb*olj>ik?U$FMIHW}kamNe2F(h_*YgEri-7l)vrprD|jprD|j&^(0uNA7da2!{K|?|1KYRw>ogHOYUABe3Zy(V_An3X~Ty-PHQo219u75*yU<?h7T3QSU|MG0Ar1n_j<kViS$uvth;9-*cg6`>!=)=RfZM2T|(Ny#"""


def xls():
    """«Stock»: codigo, cantidad, fecha / Q-1, 12.5, 15/03/2026."""
    return zlib.decompress(base64.b85decode(_XLS))


def xlsx(rows, *, table="Hoja1", hidden=False, more=()):
    """A workbook with these rows on its first sheet; `more` are (name, rows) of further ones."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, content in ((table, rows), *more):
            page = book.add_worksheet(name)
            for at, row in enumerate(content):
                for col, value in enumerate(row):
                    if hasattr(value, "year") or hasattr(value, "hour"):
                        page.write_datetime(at, col, value, day)
                    else:
                        page.write(at, col, value)
        if hidden:
            book.worksheets()[0].hide()
            book.worksheets()[1].activate()
    return out.getvalue()


def edited(content, part, old, new):
    """The same workbook with one part's XML changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            xml = source.read(name)
            if name == part:
                assert old in xml
                xml = xml.replace(old, new)
            target.writestr(name, xml)
    return out.getvalue()
