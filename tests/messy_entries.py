r"""Entries as people really have them, with what should become of each: made-up works, real mess.

Each table pairs what stands in a file with what our record says. DOIs begin with 10.5555, which no
real work has.
"""

from __future__ import annotations

import json

# LaTeX for a letter, in the title “x… word”.
ACCENTS = [
    (r"{\'e}", "é"),
    (r"\'{e}", "é"),
    (r"\'e", "é"),
    (r"{\'{e}}", "é"),
    (r"{\'\i}", "í"),
    (r"{\'{\i}}", "í"),
    (r"\`{a}", "à"),
    (r"{\^o}", "ô"),
    (r"{\"u}", "ü"),
    (r"\"{u}", "ü"),
    (r"{\~n}", "ñ"),
    (r"\~{n}", "ñ"),
    (r"{\=a}", "ā"),
    (r"{\.z}", "ż"),
    (r"{\u a}", "ă"),
    (r"\u{g}", "ğ"),
    (r"{\v s}", "š"),
    (r"\v{c}", "č"),
    (r"{\H o}", "ő"),
    (r"{\H{o}}", "ő"),
    (r"{\c c}", "ç"),
    (r"\c{c}", "ç"),
    (r"{\k a}", "ą"),
    (r"{\r a}", "å"),
    (r"{\aa}", "å"),
    (r"{\AA}", "Å"),
    (r"{\ae}", "æ"),
    (r"{\oe}", "œ"),
    (r"{\o}", "ø"),
    (r"{\O}", "Ø"),
    (r"{\l}", "ł"),
    (r"{\L}", "Ł"),
    (r"{\ss}", "ß"),
    (r"{\d s}", "ṣ"),
    (r"\&", "&"),
    (r"\%", "%"),
    (r"\#", "#"),
    (r"\_", "_"),
    (r"\$", "$"),
    ("&", "&"),
    ("&amp;", "&"),
    ("&#233;", "é"),
    ("&eacute;", "é"),
    ("&amp;amp;", "&"),
    ("%", "%"),
    ("#", "#"),
    (r"{\textquoteright}", "’"),
    ("--", "–"),
    ("---", "—"),
    (r"{\textendash}", "–"),
    (r"$\alpha$", "α"),
    (r"$\beta$", "β"),
    (r"$^2$", "²"),
    (r"{\textregistered}", "®"),
    (r"\textit{b}", "b"),
    (r"{\em b}", "b"),
    (r"\emph{b}", "b"),
    (r"\textbf{b}", "b"),
    (r"\textsc{b}", "b"),
    (r"{b}", "b"),
    (r"{{b}}", "b"),
    ("<i>b</i>", "b"),
    ("<sub>2</sub>", "2"),
    ("<jats:italic>b</jats:italic>", "b"),
    ("\u200b", ""),
    ("\u00adb", "b"),
    ("é", "é"),
    ("e\u0301", "é"),
    ("日本", "日本"),
    ("Привет", "Привет"),
]

TITLES = [
    ("Co-production in practice.", "Co-production in practice"),
    ("Who decides?", "Who decides?"),
    ("What works …", "What works …"),
    ("{The {NHS} and its Publics}", "The NHS and its Publics"),
    ("The \n   broken\n title", "The broken title"),
    ("``Nothing about us'' revisited", "“Nothing about us” revisited"),
    ("\\enquote{Nothing} about us", "Nothing about us"),
    ("A study of $n = 12$ users", "A study of n = 12 users"),
    ("It cost $5 and then $6 million", "It cost USD 5 and then $6 million"),
    ("THE CO-PRODUCTION OF HEALTH SERVICES", "The co-production of health services"),
    ("NHS", "NHS"),
    ("  spaced   out  ", "spaced out"),
    ("Title: A subtitle: And a third", "Title: A subtitle: And a third"),
    ('He said {"}yes{"} to it', 'He said "yes" to it'),
    ("Half\\-hyphenated wo\\-rds", "Halfhyphenated words"),
    ("Line one \\\\ line two", "Line one line two"),
    ("Power~sharing", "Power sharing"),
    ("no: yes", "no: yes"),
    ("- a dash first", "- a dash first"),
    ("#1: the first of many", "#1: the first of many"),
    ("2020", "2020"),
    ("true", "true"),
    ("null", "null"),
    ("[A title in brackets]", "[A title in brackets]"),
    ("*Starred* _words_", "*Starred* _words_"),
    ("'quoted' at first", "'quoted' at first"),
    ("@home with co-production", "@home with co-production"),
    ("Trailing comma,", "Trailing comma,"),
    ("\\textquotedblleft Us\\textquotedblright{} and them", "“Us” and them"),
    ("a" * 400, "a" * 400),
]

# A BibTeX name field, and the names that come out.
NAMES = [
    ("Brandt, Tina", ["Brandt, Tina"]),
    ("Tina Brandt", ["Brandt, Tina"]),
    ("Brandt, Tina and Hong, Max", ["Brandt, Tina", "Hong, Max"]),
    ("Brandt, T.", ["Brandt, T."]),
    ("Brandt, T", ["Brandt, T."]),
    ("Brandt, TK", ["Brandt, T. K."]),
    ("Brandt, T.K.", ["Brandt, T. K."]),
    ("Brandt, T. K.", ["Brandt, T. K."]),
    ("Brandt, Tina K", ["Brandt, Tina K."]),
    ("Brandt, J.-P.", ["Brandt, J.-P."]),
    ("BRANDT, TINA", ["Brandt, Tina"]),
    ("MCDONALD, ANNA", ["McDonald, Anna"]),
    ("O'BRIEN, ANNA", ["O'Brien, Anna"]),
    ("van der Berg, Jan", ["van der Berg, Jan"]),
    ("Jan van der Berg", ["van der Berg, Jan"]),
    ("{van der Berg}, Jan", ["van der Berg, Jan"]),
    ("de la Cruz, Ana", ["de la Cruz, Ana"]),
    ("Smith, Jr., John", ["Smith, John, Jr."]),
    ("Smith, III, John", ["Smith, John, III"]),
    ("John Smith, Jr.", ["Smith, John, Jr."]),
    ("{Department of Health}", ["Department of Health"]),
    ("{{Department of Health and Social Care}}", ["Department of Health and Social Care"]),
    ("Department of Health", ["Department of Health"]),
    ("World Health Organization", ["World Health Organization"]),
    ("{NHS England} and Brandt, Tina", ["NHS England", "Brandt, Tina"]),
    ("{Barnes and Noble Trust}", ["Barnes and Noble Trust"]),
    ("WHO", ["WHO"]),
    ("Brandt, Tina and others", ["Brandt, Tina"]),
    ("Brandt, Tina and {et al.}", ["Brandt, Tina"]),
    ("Brandt, Tina et al.", ["Brandt, Tina"]),
    ("Pl{\\'e}, Lo{\\\"i}c", ["Plé, Loïc"]),
    ("{\\'E}lodie Pl{\\'e}", ["Plé, Élodie"]),
    ("Cz{\\k{e}}stochowska, {\\L}ucja", ["Częstochowska, Łucja"]),
    ('Br{\\"u}ckner-M{\\"u}ller, A.', ["Brückner-Müller, A."]),
    ("Brandt,Tina", ["Brandt, Tina"]),
    ("Brandt , Tina", ["Brandt, Tina"]),
    ("Brandt, Tina\n and\n Hong, Max", ["Brandt, Tina", "Hong, Max"]),
    ("Brandt, Tina AND Hong, Max", ["Brandt, Tina", "Hong, Max"]),
    ("Brandt, Tina and and Hong, Max", ["Brandt, Tina", "Hong, Max"]),
    ("Brandt, Tina and", ["Brandt, Tina"]),
    ("Brandt, Tina (ed.)", ["Brandt, Tina"]),
    ("Anonymous", []),
    ("{Anon.}", []),
    ("王, 小明", ["王, 小明"]),
    ("Иванов, Иван", ["Иванов, Иван"]),
    ("Nguyễn, Thị Minh", ["Nguyễn, Thị Minh"]),
    ("Brandt, Tina and {University of Kent}", ["Brandt, Tina", "University of Kent"]),
]

# A year or date in BibTeX, and `issued` of a web page (None: it is missing or n.d.).
DATES = [
    ("year = {2010}", "2010"),
    ("year = 2010", "2010"),
    ('year = "2010"', "2010"),
    ("year = {2010a}", "2010"),
    ("year = {c2010}", "2010"),
    ("year = {[2010]}", "2010"),
    ("year = {c.~2010}", "2010"),
    ("year = {2010?}", "2010"),
    ("year = {2010/2011}", "2010"),
    ("year = {2010--2011}", "2010"),
    ("year = {in press}", None),
    ("year = {forthcoming}", None),
    ("year = {n.d.}", None),
    ("year = {}", None),
    ("year = {20l0}", None),
    ("year = {0}", None),
    ("year = {9999}", None),
    ("year = {1066}", None),
    ("year = {2010}, month = jan", "2010-01"),
    ("year = {2010}, month = {January}", "2010-01"),
    ("year = {2010}, month = {Jan.}", "2010-01"),
    ("year = {2010}, month = 1", "2010-01"),
    ("year = {2010}, month = {01}", "2010-01"),
    ("year = {2010}, month = {13}", "2010"),
    ("year = {2010}, month = {January 5}", "2010-01-05"),
    ('year = {2010}, month = jan # "~5"', "2010-01-05"),
    ("year = {2010}, month = {Jan--Feb}", "2010-01"),
    ("year = {2010}, month = {Spring}", "2010"),
    ("date = {2010}", "2010"),
    ("date = {2010-05}", "2010-05"),
    ("date = {2010-05-31}", "2010-05-31"),
    ("date = {2010-02-31}", "2010-02"),
    ("date = {2010-05-31/2010-06-02}", "2010-05-31"),
    ("date = {2010/..}", "2010"),
    ("date = {2010~}", "2010"),
    ("date = {2010-05-31T12:00:00}", "2010-05-31"),
    ("date = {31 May 2010}", "2010-05-31"),
    ("date = {May 31, 2010}", "2010-05-31"),
    ("date = {31.5.2010}", "2010-05-31"),
    ("year = {2010, reprinted 2015}", "2010"),
]

# Pages in BibTeX, and `page` or `number` of an article.
PAGES = [
    ("427--435", "427-435"),
    ("427-435", "427-435"),
    ("427–435", "427-435"),
    ("427—435", "427-435"),
    ("427 -- 435", "427-435"),
    ("427---435", "427-435"),
    ("427-35", "427-435"),
    ("1097-9", "1097-1099"),
    ("427", "427"),
    ("427+", "427"),
    ("427--", "427"),
    ("pp. 427--435", "427-435"),
    ("p. 427", "427"),
    ("S31--S47", "S31-S47"),
    ("S. 31--47", "31-47"),
    ("iv--xii", "iv-xii"),
    ("12--14, 18--20", "12-14, 18-20"),
    ("12--14; 18", "12-14, 18"),
    ("e12345", "e12345"),
    ("1234567", "1234567"),
    ("Article 38", "38"),
    ("435--427", None),
    ("n/a", None),
    ("{}", None),
    ("427{\\textendash}435", "427-435"),
]

# Identifiers in BibTeX, and DOI, URL and ISBN of a record.
NUMBERS = [
    ("doi = {10.5555/abc}", {"DOI": "10.5555/abc"}),
    ("doi = {https://doi.org/10.5555/abc}", {"DOI": "10.5555/abc"}),
    ("doi = {http://dx.doi.org/10.5555/abc}", {"DOI": "10.5555/abc"}),
    ("doi = {doi:10.5555/abc}", {"DOI": "10.5555/abc"}),
    ("doi = {DOI: 10.5555/abc.}", {"DOI": "10.5555/abc"}),
    ("doi = {10.5555/a\\_b}", {"DOI": "10.5555/a_b"}),
    (
        "doi = {10.5555/(SICI)1097<1::AID>3.0.CO;2-X}",
        {"DOI": "10.5555/(SICI)1097<1::AID>3.0.CO;2-X"},
    ),
    ("doi = {10.5555/a&lt;b}", {"DOI": "10.5555/a<b"}),
    ("doi = {none}", {}),
    ("doi = {}", {}),
    ("url = {https://doi.org/10.5555/abc}", {"DOI": "10.5555/abc"}),
    ("url = {https://onlinelibrary.example.com/doi/10.5555/abc/full}", {"DOI": "10.5555/abc"}),
    ("url = {https://example.org/a_b}", {"URL": "https://example.org/a_b"}),
    ("url = {https://example.org/a\\_b\\%20c\\&d}", {"URL": "https://example.org/a_b%20c&d"}),
    ("url = {\\url{https://example.org/x}}", {"URL": "https://example.org/x"}),
    ("url = {https://example.org/{\\textasciitilde}me}", {"URL": "https://example.org/~me"}),
    ("url = {www.example.org/x}", {"URL": "https://www.example.org/x"}),
    ("url = {https://example.org/a?x=1&section=2}", {"URL": "https://example.org/a?x=1&section=2"}),
    ("url = {https://www.researchgate.net/publication/1}", {}),
    ("url = {ftp://example.org/x}", {}),
    ("url = {javascript:alert(1)}", {}),
    ("url = {not an address}", {}),
    ("howpublished = {\\url{https://example.org/h}}", {"URL": "https://example.org/h"}),
    ("note = {doi: 10.5555/note}", {"DOI": "10.5555/note"}),
    ("isbn = {978-0-19-852663-6}", {"ISBN": "978-0-19-852663-6"}),
    ("isbn = {9780198526636 (pbk)}", {"ISBN": "9780198526636"}),
    ("isbn = {0-19-852663-6 978-0-19-852663-6}", {"ISBN": "0-19-852663-6"}),
    ("isbn = {978-0-19-852663-7}", {}),
    ("isbn = {1234}", {}),
    ("issn = {1234-5678}", {}),
]

# A BibTeX type, with what else there is, and the type of the record.
TYPES = [
    ("article", "journal = {J}", "article-journal"),
    ("Article", "journal = {J}", "article-journal"),
    ("ARTICLE", "journaltitle = {J}", "article-journal"),
    ("article", "journal = {J}, entrysubtype = {newspaper}", "article-newspaper"),
    ("article", "journal = {J}, entrysubtype = {magazine}", "article-magazine"),
    ("book", "publisher = {P}", "book"),
    ("collection", "publisher = {P}", "book"),
    ("proceedings", "publisher = {P}", "book"),
    ("booklet", "", "book"),
    ("inbook", "booktitle = {B}", "chapter"),
    ("incollection", "booktitle = {B}", "chapter"),
    ("inproceedings", "booktitle = {B}", "paper-conference"),
    ("conference", "booktitle = {B}", "paper-conference"),
    ("techreport", "institution = {I}, number = {7}", "report"),
    ("report", "institution = {I}", "report"),
    ("manual", "organization = {O}", "report"),
    ("phdthesis", "school = {S}", "thesis"),
    ("mastersthesis", "school = {S}", "thesis"),
    ("thesis", "institution = {S}, type = {Bachelor's thesis}", "thesis"),
    ("online", "url = {https://example.org/}", "webpage"),
    ("electronic", "url = {https://example.org/}", "webpage"),
    ("misc", "howpublished = {\\url{https://example.org/}}", "webpage"),
    ("misc", "publisher = {P}", "report"),
    ("misc", "journal = {J}, volume = {1}", "article-journal"),
    ("misc", "", "manuscript"),
    ("unpublished", "note = {Draft}", "manuscript"),
    ("dataset", "", "dataset"),
    ("software", "", "software"),
    ("legislation", "", "legislation"),
    ("jurisdiction", "", "legal_case"),
    ("video", "", "motion_picture"),
    ("patent", "", None),
    ("nonsense", "", None),
]

# Blocks that stand in .bib files and are, or are not, one entry; how many are counted, how many read.
BLOCKS = [
    ("@comment{jabref-meta: databaseType:bibtex;}", 0, 0),
    ('@preamble{"\\newcommand{\\x}{y}"}', 0, 0),
    ("Some remark between entries", 0, 0),
    ("@article{nocloser, title={No end, author={Someone, A}", 1, 0),
    ("@article(round, title={Round brackets}, year=2000)", 1, 0),
    (
        "@article{dupkey, title={Two of a key: one}}\n@article{dupkey, title={Two of a key: two}}",
        2,
        2,
    ),
    ("@article{dupfield, title={Field twice}, title={Field twice again}}", 1, 1),
    ("@article{, title={No key at all}}", 1, 1),
    ("@article{odd key:+/2, title={An odd key}}", 1, 1),
    ("@article{notitle, author={Someone, A}, year={2001}}", 1, 0),
    ("@article{empty,}", 1, 0),
    ("@article{comma, title={Trailing commas},, year={2001},}", 1, 1),
    ("@article{undefined, title={Undefined journal}, journal=unknownabbrev, year=2001}", 1, 1),
    (
        '@string{jx = "Journal of X"}\n@article{str, title={Defined journal}, journal=jx, year=2001}',
        1,
        1,
    ),
    ('@article{cat, title={Joined journal}, journal = "J. of " # "Y", year=2001}', 1, 1),
    (
        "@inproceedings{child, title={A child}, crossref={parent}}\n"
        "@proceedings{parent, title={The parent}, editor={Doe, Jo}, year={2003}}",
        2,
        2,
    ),
    ("@inproceedings{orphan, title={An orphan}, crossref={nobody}, year={2003}}", 1, 1),
]

RIS_DATES = [
    ("PY  - 2010", "2010"),
    ("PY  - 2010///", "2010"),
    ("PY  - 2010/05/31/", "2010-05-31"),
    ("PY  - 2010/05/31/Spring", "2010-05-31"),
    ("Y1  - 2010/05//", "2010-05"),
    ("DA  - 2010/5/3", "2010-05-03"),
    ("DA  - 31 May 2010", "2010-05-31"),
    ("PY  - ", None),
    ("PY  - in press", None),
    ("Y1  - 2010", "2010"),
]
RIS_TYPES = [
    ("JOUR", "article-journal"),
    ("EJOUR", "article-journal"),
    ("MGZN", "article-magazine"),
    ("NEWS", "article-newspaper"),
    ("BOOK", "book"),
    ("EBOOK", "book"),
    ("EDBOOK", "book"),
    ("CHAP", "chapter"),
    ("ECHAP", "chapter"),
    ("CONF", "paper-conference"),
    ("CPAPER", "paper-conference"),
    ("RPRT", "report"),
    ("GOVDOC", "report"),
    ("THES", "thesis"),
    ("ELEC", "webpage"),
    ("BLOG", "webpage"),
    ("CASE", "legal_case"),
    ("STAT", "legislation"),
    ("BILL", "legislation"),
    ("DATA", "dataset"),
    ("COMP", "software"),
    ("VIDEO", "motion_picture"),
    ("UNPB", "manuscript"),
    ("GEN", "webpage"),
    ("jour", "article-journal"),
    ("PAT", None),
    ("", "webpage"),
]
RIS_NAMES = [
    ("AU  - Brandt, Tina", ["Brandt, Tina"]),
    ("A1  - Brandt, Tina", ["Brandt, Tina"]),
    ("AU  - Brandt, Tina\nAU  - Hong, Max", ["Brandt, Tina", "Hong, Max"]),
    ("AU  - Brandt,Tina", ["Brandt, Tina"]),
    ("AU  - Brandt, T.K.", ["Brandt, T. K."]),
    ("AU  - Brandt TK", ["Brandt TK"]),
    ("AU  - Smith, John, Jr.", ["Smith, John, Jr."]),
    ("AU  - Department of Health", ["Department of Health"]),
    ("AU  - World Health Organization", ["World Health Organization"]),
    ("AU  - Organization, World Health", ["World Health Organization"]),
    ("AU  - BRANDT, TINA", ["Brandt, Tina"]),
    ("AU  - Brandt, Tina\nAU  - et al.", ["Brandt, Tina"]),
    ("AU  - Brandt, Tina,", ["Brandt, Tina"]),
    ("AU  - Br&uuml;ckner, A.", ["Brückner, A."]),
    ("AU  - Anon", []),
]
# Whole RIS entries; the title that comes out, or None when the entry cannot be taken.
RIS_WHOLE = [
    ("TY  - JOUR\nTI  - Plain entry\nER  - ", "Plain entry"),
    ("TY  - JOUR\nT1  - First tag\nER  - ", "First tag"),
    ("TY  - JOUR\nTI  - No end here", "No end here"),
    ("TY - JOUR\nTI - One space only\nER - ", "One space only"),
    ("  TY  - JOUR\n  TI  - Indented lines\n  ER  - ", "Indented lines"),
    ("TY  - JOUR\r\nTI  - Windows lines\r\nER  - \r\n", "Windows lines"),
    ("TY  - JOUR\nTI  - A title that\ngoes on\nER  - ", "A title that goes on"),
    ("TY  - JOUR\nTI  - Unknown tags\nZZ  - what\nX9  - huh\nER  - ", "Unknown tags"),
    ("TY  - JOUR\nER  - ", None),
    ("TY  - JOUR\nAU  - Brandt, Tina\nER  - ", None),
    ("TY  - JOUR\nTI  - Range in SP\nSP  - 12-19\nER  - ", "Range in SP"),
    (
        "TY  - JOUR\nTI  - Address is a DOI\nUR  - https://doi.org/10.5555/ris\nER  - ",
        "Address is a DOI",
    ),
    ("TY  - BOOK\nTI  - Numbered book\nSN  - 978-0-19-852663-6\nER  - ", "Numbered book"),
    ("TY  - JOUR\nTI  - Serial number\nSN  - 1234-5678\nER  - ", "Serial number"),
    ("TY  - CHAP\nTI  - A chapter\nBT  - Its book\nED  - Doe, Jo\nER  - ", "A chapter"),
    ("TY  - JOUR\nTI  - Two\nTI  - titles\nER  - ", "Two"),
]

CSL_TYPES = [
    ("article-journal", "article-journal"),
    ("journal-article", "article-journal"),
    ("article-magazine", "article-magazine"),
    ("article-newspaper", "article-newspaper"),
    ("book", "book"),
    ("monograph", "book"),
    ("edited-book", "book"),
    ("reference-book", "book"),
    ("chapter", "chapter"),
    ("book-chapter", "chapter"),
    ("entry-encyclopedia", "chapter"),
    ("entry-dictionary", "chapter"),
    ("paper-conference", "paper-conference"),
    ("proceedings-article", "paper-conference"),
    ("report", "report"),
    ("standard", "report"),
    ("pamphlet", "report"),
    ("thesis", "thesis"),
    ("dissertation", "thesis"),
    ("webpage", "webpage"),
    ("post-weblog", "webpage"),
    ("post", "webpage"),
    ("legislation", "legislation"),
    ("bill", "legislation"),
    ("regulation", "legislation"),
    ("legal_case", "legal_case"),
    ("dataset", "dataset"),
    ("software", "software"),
    ("speech", "speech"),
    ("manuscript", "manuscript"),
    ("posted-content", "manuscript"),
    ("article", "manuscript"),
    ("motion_picture", "motion_picture"),
    ("broadcast", "motion_picture"),
    ("review-book", "article-journal"),
    ("document", "manuscript"),
    ("patent", None),
    ("personal_communication", None),
    ("map", None),
    (None, "manuscript"),
    (7, None),
]
CSL_DATES = [
    ({"date-parts": [[2010]]}, "2010"),
    ({"date-parts": [["2010"]]}, "2010"),
    ({"date-parts": [[2010, 5]]}, "2010-05"),
    ({"date-parts": [[2010, 5, 31]]}, "2010-05-31"),
    ({"date-parts": [["2010", "05", "31"]]}, "2010-05-31"),
    ({"date-parts": [[2010, 5, 31], [2010, 6, 2]]}, "2010-05-31"),
    ({"date-parts": [[None]]}, None),
    ({"date-parts": [[]]}, None),
    ({"date-parts": []}, None),
    ({"date-parts": None}, None),
    ({"date-parts": "2010"}, None),
    ({"date-parts": [[2010, 13]]}, "2010"),
    ({"raw": "May 31, 2010"}, "2010-05-31"),
    ({"literal": "spring 2010"}, "2010"),
    ({"raw": ""}, None),
    ({}, None),
    ("2010-05-31", "2010-05-31"),
    (2010, "2010"),
    (None, None),
    ([], None),
]
CSL_NAMES = [
    ([{"family": "Brandt", "given": "Tina"}], ["Brandt, Tina"]),
    (
        [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}],
        ["van der Berg, Jan"],
    ),
    ([{"family": "Cruz", "given": "Ana", "dropping-particle": "de la"}], ["de la Cruz, Ana"]),
    ([{"literal": "Department of Health"}], ["Department of Health"]),
    ([{"name": "Department of Health", "sequence": "first"}], ["Department of Health"]),
    ([{"family": "Smith", "given": "John", "suffix": "Jr."}], ["Smith, John, Jr."]),
    ([{"family": "WHO"}], ["WHO"]),
    ([{"given": "Plato"}], ["Plato"]),
    ([{"family": "Brandt", "given": "Tina", "affiliation": [], "ORCID": "x"}], ["Brandt, Tina"]),
    ([{}], []),
    ([None], []),
    (["Brandt, Tina"], ["Brandt, Tina"]),
    ("Brandt, Tina", []),
    ([{"family": None, "given": None}], []),
    ([{"family": "Brandt", "given": 7}], ["Brandt, 7"]),
]
CSL_WHOLE = [
    ({"type": "book", "title": "A sound one"}, "A sound one"),
    ({"type": "book", "title": ["A list, as Crossref has it"]}, "A list, as Crossref has it"),
    ({"type": "book", "title": "A head", "subtitle": ["a tail"]}, "A head: a tail"),
    ({"type": "book", "title": "Number fields", "volume": 7, "issue": 2.5}, "Number fields"),
    ({"type": "book", "title": "Odd fields", "volume": {"a": 1}, "page": [1, 2]}, "Odd fields"),
    ({"type": "book", "title": "A surrogate \ud800 here"}, "A surrogate here"),
    ({"type": "book", "title": "Controls \u0000\u0007 here"}, "Controls here"),
    ({"type": "book", "title": True}, None),
    ({"type": "book", "title": ""}, None),
    ({"type": "book"}, None),
    ({}, None),
    (None, None),
    ("text", None),
    (17, None),
    ([], None),
]


def entry(sort: str, key: str, fields: str) -> str:
    """One BibTeX entry."""
    return f"@{sort}{{{key},\n  {fields}\n}}\n"


def bibtex() -> list[str]:
    """All BibTeX entries and blocks, each a text of its own."""
    texts = [
        entry(
            "article", f"accent{n}", f"title = {{x{a} accented word number {n}}}, year = {{2001}}"
        )
        for n, (a, _) in enumerate(ACCENTS)
    ]
    texts += [
        entry("book", f"title{n}", f"title = {{{t}}}, year = {{2002}}")
        for n, (t, _) in enumerate(TITLES)
    ]
    texts += [
        entry(
            "article", f"name{n}", f"author = {{{a}}}, title = {{Named work {n}}}, year = {{2003}}"
        )
        for n, (a, _) in enumerate(NAMES)
    ]
    texts += [
        entry(
            "online",
            f"date{n}",
            f"title = {{Dated work {n}}}, {d}, url = {{https://example.org/{n}}}",
        )
        for n, (d, _) in enumerate(DATES)
    ]
    texts += [
        entry(
            "article", f"page{n}", f"title = {{Paged work {n}}}, year = {{2004}}, pages = {{{p}}}"
        )
        for n, (p, _) in enumerate(PAGES)
    ]
    texts += [
        entry("book", f"id{n}", f"title = {{Numbered work {n}}}, year = {{2005}}, {i}")
        for n, (i, _) in enumerate(NUMBERS)
    ]
    texts += [
        entry(
            t,
            f"type{n}",
            ", ".join(filter(None, (f"title = {{Typed work {n}}}", more, "year = {2006}"))),
        )
        for n, (t, more, _) in enumerate(TYPES)
    ]
    return texts


def ris() -> list[str]:
    """All RIS entries."""
    texts = [
        f"TY  - ELEC\nTI  - Dated page {n}\n{d}\nUR  - https://example.org/r{n}\nER  - \n"
        for n, (d, _) in enumerate(RIS_DATES)
    ]
    texts += [
        f"TY  - {t}\nTI  - Typed page {n}\nPY  - 2007\nUR  - https://example.org/t{n}\nER  - \n"
        for n, (t, _) in enumerate(RIS_TYPES)
    ]
    texts += [
        f"TY  - JOUR\nTI  - Named page {n}\n{a}\nPY  - 2008\nER  - \n"
        for n, (a, _) in enumerate(RIS_NAMES)
    ]
    return texts + [text + "\n" for text, _ in RIS_WHOLE]


def csl() -> list[object]:
    """All CSL-JSON items."""
    items: list[object] = [
        {"type": t, "title": f"Typed item {n}", "issued": {"date-parts": [[2009]]}}
        for n, (t, _) in enumerate(CSL_TYPES)
    ]
    items += [
        {
            "type": "webpage",
            "title": f"Dated item {n}",
            "issued": d,
            "URL": f"https://example.org/c{n}",
        }
        for n, (d, _) in enumerate(CSL_DATES)
    ]
    items += [
        {"type": "article-journal", "title": f"Named item {n}", "author": a, "issued": 2011}
        for n, (a, _) in enumerate(CSL_NAMES)
    ]
    return items + [item for item, _ in CSL_WHOLE]


def csl_text() -> str:
    """All CSL-JSON items as a file."""
    return json.dumps(csl())
