/* Search by sections, in this browser: MiniSearch over the index that the build wrote as a script. */
(function () {
  "use strict";
  var form = document.querySelector(".search-form"), list = document.querySelector(".search-results"), status = document.querySelector(".search-status");
  if (!form || !window.MiniSearch || !window.siteIndex) return;
  /* On disk a folder's address would show its list of files. */
  var onDisk = location.protocol === "file:";
  var input = form.elements.q, base = form.ownerDocument.querySelector(".site-brand").href.replace(/index\.html$/, "");
  var engine = new MiniSearch({
    fields: ["title", "page", "text", "words"],
    storeFields: ["title", "page", "text", "url"],
    idField: "url",
    searchOptions: { prefix: true, fuzzy: function (term) { return term.length > 4 ? 0.2 : false; }, boost: { title: 6, page: 2 }, combineWith: "AND",
      /* Whole pages come before their sections, and what the site says before the works that it rests on. */
      boostDocument: function (url) { return url.indexOf("#ref-") > 0 ? 0.2 : url.indexOf("#") < 0 ? 1.5 : 1; } },
    /* co-production and coproduction are one word to a reader */
    processTerm: function (term) { return term.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/^co-(?=\w)/, "co"); },
    tokenize: function (text) { return text.split(/[^\p{L}\p{N}-]+/u).filter(Boolean); }
  });
  engine.addAll(sections());

  /* The index holds the words once, each with signs that count the steps from section to section (search_index.py). */
  function sections() {
    var found = window.siteIndex.sections, words = found.map(function () { return []; });
    window.siteIndex.words.forEach(function (line) {
      var cut = line.indexOf(" "), at = -1;
      for (var i = cut + 1; i < line.length; i += 1) words[at += line.charCodeAt(i) - 34].push(line.slice(0, cut));
    });
    found.forEach(function (section, i) { section.page = section.page || section.title; section.words = words[i].join(" "); });
    return found;
  }

  function show() {
    var words = input.value.trim();
    history.replaceState(null, "", words ? "?q=" + encodeURIComponent(words) : location.pathname);
    list.replaceChildren();
    list.hidden = true;
    if (!words) { status.textContent = ""; return; }
    var hits = engine.search(words);
    if (!hits.length) hits = engine.search(words, { combineWith: "OR" });
    status.textContent = hits.length ? hits.length + (hits.length === 1 ? " section" : " sections") + " found" + (hits.length > 30 ? ", the best 30 shown" : "") : "Nothing found. Try fewer or other words.";
    list.hidden = !hits.length;
    hits.slice(0, 30).forEach(function (hit) {
      var item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("small"), text = document.createElement("p");
      link.href = base + hit.url.replace(/(^|\/)(?=#|$)/, onDisk ? "$1index.html" : "$1");
      link.textContent = hit.title;
      /* In a list of links "Key points" says nothing without its page. */
      where.textContent = hit.page;
      if (hit.page !== hit.title) link.append(" ", where);
      text.textContent = hit.text;
      item.append(link, text);
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
