"""Makes the three faces: two weights of Noto Sans SC as TrueType, and the rest of the Han characters from Source Han Sans SC."""
import sys
from fontTools.ttLib import TTFont
from fontTools import subset

def rename(font, family, style):
    name = font["name"]
    keep = {0: name.getDebugName(0), 13: name.getDebugName(13), 14: name.getDebugName(14)}
    name.names = []
    full = f"{family} {style}"
    for i, s in {**keep, 1: family, 2: style, 3: full, 4: full, 5: "Version 1.0",
                 6: full.replace(" ", "")}.items():
        if s:
            name.setName(s, i, 3, 1, 0x409)

def plain(path, family, style, out, keep=None):
    o = subset.Options()
    o.layout_features = []          # figures and Chinese set line by line need none
    o.hinting = False               # drawn as outlines, at any size
    o.desubroutinize = False
    o.notdef_outline = True
    o.name_IDs = ["*"]
    o.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "DSIG", "STAT", "gasp"]
    f = TTFont(path)
    f.flavor = None
    s = subset.Subsetter(o)
    s.populate(unicodes=keep if keep is not None else set(f.getBestCmap()))
    s.subset(f)
    rename(f, family, style)
    if "CFF " in f:
        cff = f["CFF "].cff
        cff.fontNames = [f"{family}-{style}".replace(" ", "")]
        top = cff.topDictIndex[0]
        for a, v in (("FullName", f"{family} {style}"), ("FamilyName", family)):
            if hasattr(top, a):
                setattr(top, a, v)
    f.save(out)
    return set(f.getBestCmap())

noto, source, out = sys.argv[1:]
have = plain(f"{noto}/noto-sans-sc-chinese-simplified-400-normal.woff2", "Deskmate Sans SC", "Regular", f"{out}/sans-sc-400.ttf")
bold = plain(f"{noto}/noto-sans-sc-chinese-simplified-700-normal.woff2", "Deskmate Sans SC", "Bold", f"{out}/sans-sc-700.ttf")
assert have == bold
rest = set(TTFont(source, lazy=True).getBestCmap()) - have
def wanted(c):
    return (0x2000 <= c < 0x2c00 or 0x2e80 <= c < 0x3100 or 0x3200 <= c < 0xa000 or 0xf900 <= c < 0xfb00
            or 0xff00 <= c < 0xfff0 or c >= 0x20000)
rare = plain(source, "Deskmate Han Rare", "Regular", f"{out}/han-rare.otf", {c for c in rest if wanted(c)})
print(len(have), len(rare), len(have | rare))
