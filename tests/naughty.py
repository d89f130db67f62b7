"""Contents of cells that have broken programs: a list of our own."""

NAUGHTY = (
    "", " ", "undefined", "null", "None", "NaN", "true", "-1", "1E+02", "0x10", "1/0", "١٢٣", "１２３",
    "1,000.00", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "'=1", "''=1", "'", "''", "'Twas",
    '=HYPERLINK("http://x")', "=cmd|'/c calc'!A0", "＝1+1", "＠x", "\\", "\\n", "%s%s%n", "{0}",
    "{Name}", "{{x}}", "${7*7}", "#{1}", "$1 \\1", "'; DROP TABLE recipients; --", '" OR 1=1',
    "<script>alert(1)</script>", "&amp; &lt;", "<b>x</b>", "../../etc/passwd", "CON", "a;b", "a,b",
    "a\tb", "a|b", 'say "hi"', '"', '""', "sep=;", "line\nbreak", "line\r\nbreak", "line\rbreak",
    "a\u2028b\u2029c", "a\x85b", "\x01\x02\x1f", "a\x07b\x1b[31m", "\x7f", "a\x0bb\x0cc", "\u200b",
    "\u200bx\u200b", "\ufeffx", "\xa0x\xa0y", "a\xadb", "\u202etxet", "\u2066x\u2069", "\u200f1",
    "Z\u0351\u036b\u0343a\u0310lgo", "e\u0301", "\u0301", "é", "ﷺ", "ß", "İ", "ı", "ﬃ", "Ⅷ",
    "表ポあA鷗", "田中さん", "👩‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "👍🏿", "🇩🇪", "\U000e0041", "\U0010fffd",
    "\ue000", "\ufffd", "\ufffe", "\uffff", "_x0041_", "_x000D_", "x" * 10_000, "ü" * 10_000,
    "👍" * 10_000, "=" * 10_000, "a\n" * 5_000,
)  # fmt: skip
