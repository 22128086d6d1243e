-- Formats citations and references with pandoc's own citeproc, many groups of works in one process.
--
-- Standard input, JSON: {csl, lang, bib, groups: [{keys: [...], cites: ["[see @key, p. 3]", ...]}]}
-- Standard output, JSON: a list with one HTML string for each group: one <p> for each cite, then the references.
--
-- Why groups: citeproc compares every work with every other to tell namesakes apart, so its cost
-- grows with the square of the works it is given. Works whose first authors differ by family name
-- can never be confused with one another, so each such group may be formatted by itself.

local job = pandoc.json.decode(io.read("a"), false)
local by_id = {}
for _, reference in ipairs(pandoc.read(job.bib, "biblatex").meta.references or {}) do
  by_id[pandoc.utils.stringify(reference.id)] = reference
end

local every_work = pandoc.MetaInlines({
  pandoc.Cite({ pandoc.Str("@*") }, { pandoc.Citation("*", "AuthorInText") }),
})
local options = { wrap_text = "none" }
-- What stands in a citation is text: HTML, TeX and attributes in it are shown, not obeyed.
local plain_markdown = "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-bracketed_spans"
  .. "-link_attributes-inline_code_attributes-tex_math_dollars"

local function format_group(group)
  local doc = pandoc.read(table.concat(group.cites, "\n\n"), plain_markdown)
  local references = {}
  for _, key in ipairs(group.keys) do
    table.insert(references, by_id[key])
  end
  doc.meta.references = references
  doc.meta.csl = job.csl
  doc.meta.lang = job.lang
  doc.meta["link-citations"] = true
  doc.meta.nocite = every_work
  -- The double braces of the .bib come back as spans that mean nothing to a browser.
  local bare = {
    Span = function(span)
      local plain = span.identifier == "" and (#span.classes == 0 or span.classes:includes("nocase"))
      return plain and span.content or nil
    end,
  }
  return pandoc.write(pandoc.utils.citeproc(doc):walk(bare), "html", options)
end

local formatted = {}
for i, group in ipairs(job.groups) do
  formatted[i] = format_group(group)
end
io.write(pandoc.json.encode(formatted))
