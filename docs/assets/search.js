/* Search by sections, in this browser: MiniSearch over the index that the build wrote as a script. */
(function () {
  "use strict";
  var form = document.querySelector(".search-form"), list = document.querySelector(".search-results"), status = document.querySelector(".search-status"), nothing = document.querySelector(".search-nothing");
  if (!form || !window.MiniSearch || !window.siteIndex) return;
  /* On disk a folder's address would show its list of files. */
  var onDisk = location.protocol === "file:";
  var input = form.elements.q, base = form.ownerDocument.querySelector(".site-brand").href.replace(/index\.html$/, "");
  var common = new Set(window.siteIndex.common), word = /([\p{L}\p{N}]+(?:[-‑][\p{L}\p{N}]+)*)/u, few = 5;
  var engine = new MiniSearch({
    fields: ["title", "also", "page", "text", "words"],
    storeFields: ["title", "page", "text", "words", "names"],
    idField: "url",
    tokenize: tokens,
    processTerm: function (term) { return term.length > 1 && !common.has(term) && stem(term); },
    searchOptions: { combineWith: "AND", boost: { title: 6, also: 5, page: 2 }, weights: { prefix: 0.2, fuzzy: 0.1 },
      prefix: function (term) { return term.length > 3; } }
  });
  engine.addAll(sections());

  /* The index holds the words once, each with signs that count the steps from section to section (search_index.py). */
  function sections() {
    var found = window.siteIndex.sections, words = found.map(function () { return []; });
    window.siteIndex.words.forEach(function (line) {
      var cut = line.indexOf(" "), at = -1;
      for (var i = cut + 1; i < line.length; i += 1) words[at += line.charCodeAt(i) - 34].push(line.slice(0, cut));
    });
    found.forEach(function (section, i) {
      section.page = section.page || section.title;
      section.words = words[i].join(" ");
      section.names = [section.title].concat(section.also || []).map(name);
    });
    return found;
  }

  /* Without accents; co-production, co production and coproduction are one word to a reader. */
  function tokens(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\bco[\s‑-]+(?=\p{L})/gu, "co").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }
  /* Plurals, -ing and -ed are one word with what they come from, and so are -ism, -ist and -istic; the same for the index and for what is typed. */
  function stem(term) {
    return term.replace(/^(.{2,})ie[sd]$/, "$1y").replace(/^(.{2,}[^isu])s$/, "$1").replace(/^(.{3,})(?:ing|ed)$/, "$1").replace(/^(.{3,})ist(?:ic)?$/, "$1ism").replace(/([bdgmnprt])\1$/, "$1").replace(/^(.{3,})e$/, "$1");
  }
  function name(text) { return tokens(text).map(stem).join(" "); }

  /* All words; if few sections have them all, then some of them, by how many fit. */
  function find(words) {
    var called = name(words), options = {
      /* A word that is nowhere on the site may be misspelt; one that is nearly everywhere says little beside a rare one. */
      fuzzy: function (term) { return term.length > 4 && !having(term) && 0.2; },
      boostTerm: function (term) { return 1 / Math.sqrt(1 + having(term)); },
      /* What is called just that comes first, then whole pages, terms and sections, and last the works that the site rests on. */
      boostDocument: function (url, term, section) {
        return url.indexOf("#ref-") > 0 ? 0.2 : (url.indexOf("#") < 0 ? 1.5 : url.indexOf("glossary/#") === 0 ? 1.2 : 1) * (section.names.indexOf(called) < 0 ? 1 : 20);
      }
    };
    var hits = engine.search(words, options);
    if (hits.length >= few) return hits;
    options.combineWith = "OR";
    hits = engine.search(words, options);
    var most = Math.max.apply(null, hits.map(fit));
    return hits.filter(function (hit) { return fit(hit) * 2 >= most; }).sort(function (a, b) { return b.score * fit(b) - a.score * fit(a); });
  }
  function having(term) { return engine.search(term, { prefix: false, processTerm: String }).length; }
  function fit(hit) { return hit.queryTerms.length; }

  /* A text with the words that were found in bold; the index knows no more than that further ones are in the section. */
  function marked(hit) {
    function is(part) { return tokens(part).some(function (term) { return hit.terms.indexOf(stem(term)) >= 0; }); }
    var element = document.createElement("p");
    function mark(part) { var found = document.createElement("b"); found.textContent = part; return found; }
    hit.text.split(word).forEach(function (part, i) { element.append(i % 2 && is(part) ? mark(part) : part); });
    var further = hit.words.split(" ").filter(is).slice(0, 5);
    further.forEach(function (part, i) { element.append(i ? ", " : " Further on: ", mark(part)); });
    return element;
  }

  function show() {
    var words = input.value.trim();
    history.replaceState(null, "", words ? "?q=" + encodeURIComponent(words) : location.pathname);
    list.replaceChildren();
    list.hidden = nothing.hidden = true;
    if (!words) { status.textContent = ""; return; }
    var hits = find(words);
    status.textContent = hits.length ? hits.length + (hits.length === 1 ? " section" : " sections") + " found for “" + words + "”" + (hits.length > 30 ? ", the best 30 shown" : "") : "Nothing found for “" + words + "”.";
    list.hidden = !hits.length;
    nothing.hidden = !list.hidden;
    hits.slice(0, 30).forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("small");
      link.href = base + hit.id.replace(/(^|\/)(?=#|$)/, onDisk ? "$1index.html" : "$1");
      link.textContent = hit.title;
      /* In a list of links "Key points" says nothing without its page, and "in" parts the two for who hears them. */
      where.textContent = "in " + hit.page;
      if (hit.page !== hit.title) link.append(" ", where);
      item.append(link, marked(hit));
      list.append(item);
    });
  }
  var timer = 0;
  form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
  input.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(show, 150); });
  /* Whoever types before the index has come keeps what was typed. */
  input.value = input.value || new URLSearchParams(location.search).get("q") || "";
  if (input.value) show(); else input.focus();
}());
