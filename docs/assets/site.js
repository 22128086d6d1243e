/* Small help on every page; nothing here is needed to read it. One file, so that a page asks for one script. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.replace("no-js", "js");
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
  function make(tag, properties) {
    var node = Object.assign(document.createElement(tag), properties);
    node.append.apply(node, Array.prototype.slice.call(arguments, 2));
    return node;
  }

  /* What the reader does stays in this browser. Storage can be blocked (a frame in a course system, a private
     window): then it is remembered until the page is left. */
  var PREFIX = "defining-co-production.", memory = {};
  var own = window.ownData = {
    prefix: PREFIX,
    kept: true,
    ready: function (action) {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", action); else action();
    },
    recall: function (name) {
      try { return localStorage.getItem(PREFIX + name); } catch (e) { own.kept = false; return name in memory ? memory[name] : null; }
    },
    remember: function (name, value) {
      memory[name] = value;
      try { if (value) localStorage.setItem(PREFIX + name, value); else localStorage.removeItem(PREFIX + name); } catch (e) { own.kept = false; }
    },
    /* A set of things by id, kept as one text; what cannot be read counts as nothing. */
    set: function (name) {
      try { var found = JSON.parse(own.recall(name)); return found && typeof found === "object" && !Array.isArray(found) ? found : {}; } catch (e) { return {}; }
    },
    put: function (name, id, value) {
      var found = own.set(name);
      found[id] = value;
      own.remember(name, JSON.stringify(found));
    }
  };

  /* Reading preferences: an attribute on the page's root for each; empty means as the system says. */
  var WISHES = { theme: ["light", "dark"], size: ["large", "larger", "largest"], face: ["sans"], spacing: ["wide"], motion: ["less"] };
  function wish(name, value) {
    if (WISHES[name].indexOf(value) < 0) value = "";
    if (value) root.dataset[name] = value; else delete root.dataset[name];
    all('.prefs [name="prefs-' + name + '"]').forEach(function (box) { box.checked = box.value === value; });
    return value;
  }
  function mountPreferences() {
    var dark = matchMedia("(prefers-color-scheme: dark)");
    /* In the page from the start, unseen, so that nothing beside it moves; a page in a frame has none. */
    var button = document.querySelector(".theme-button") || make("button");
    function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
    function name() { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", button.textContent + " colours"); }
    function change(what, value) { own.remember(what, wish(what, value)); name(); }
    button.addEventListener("click", function () { change("theme", isDark() ? "light" : "dark"); });
    dark.addEventListener("change", name);
    all(".prefs input").forEach(function (box) {
      box.addEventListener("change", function () { change(box.name.replace("prefs-", ""), box.value); });
    });
    mountWishes();
    name();
  }
  function mountWishes() { Object.keys(WISHES).forEach(function (what) { wish(what, own.recall(what)); }); }

  /* What a link leads to, read where it stands: the reference of a citation, the definition of a glossary term.
     Shown by mouse, keyboard focus or tap; gone with Escape; it stays while the pointer is on it (WCAG 1.4.13). */
  var LINKS = 'a[role="doc-biblioref"], a[href*="glossary/"][href*="#"]';
  function mountCards() {
    var card = null, owner = null, timer = 0, openedAt = 0, terms = document.getElementById("glossary-terms");
    function behind(link) {
      var id = decodeURIComponent(link.hash.slice(1));
      if (link.getAttribute("role") === "doc-biblioref") return document.getElementById(id);
      return terms && terms.content.querySelector('[data-term="' + CSS.escape(id) + '"]');
    }
    function close() {
      clearTimeout(timer);
      if (card) card.remove();
      if (owner) owner.removeAttribute("aria-describedby");
      card = owner = null;
    }
    function open(link) {
      clearTimeout(timer);
      if (owner === link) return;
      var entry = behind(link);
      if (!entry) return;
      close();
      owner = link;
      openedAt = Date.now();
      card = make("div", { className: "citation-card", id: "citation-card", innerHTML: entry.innerHTML });
      card.setAttribute("role", "tooltip");
      all(".back-links, [id]", card).forEach(function (part) { part.remove(); });
      document.body.append(card);
      link.setAttribute("aria-describedby", card.id);
      var at = link.getClientRects()[0], width = card.offsetWidth;
      var left = Math.min(Math.max(16, at.left), root.clientWidth - width - 16);
      var below = at.bottom + card.offsetHeight + 8 < innerHeight || at.top < card.offsetHeight + 8;
      card.style.setProperty("left", Math.max(8, left) + scrollX + "px");
      card.style.setProperty("top", (below ? at.bottom + 2 : at.top - card.offsetHeight - 2) + scrollY + "px");
      card.addEventListener("pointerenter", function () { clearTimeout(timer); });
      /* A finger that lifts leaves the card too, and has not gone away. */
      card.addEventListener("pointerleave", function (event) { if (event.pointerType === "mouse") later(); });
    }
    function later() { clearTimeout(timer); timer = setTimeout(close, 250); }
    function linkOf(event) { return event.target.closest && event.target.closest(LINKS); }
    /* Escape also uncovers what lies beneath: only a pointer that moves opens the next card. */
    var stillAt = "", pointerAt = "";
    document.addEventListener("pointermove", function (event) { pointerAt = event.clientX + "," + event.clientY; }, { passive: true });
    document.addEventListener("pointerover", function (event) {
      var link = event.pointerType === "mouse" && event.clientX + "," + event.clientY !== stillAt && linkOf(event);
      if (link && !(card && card.contains(link))) open(link);
    });
    document.addEventListener("pointerout", function (event) { if (event.pointerType === "mouse" && linkOf(event)) later(); });
    document.addEventListener("focusin", function (event) {
      if (card && card.contains(event.target)) return;
      if (linkOf(event)) open(linkOf(event)); else close();
    });
    document.addEventListener("click", function (event) {
      var link = linkOf(event);
      if (card && card.contains(event.target)) return;
      /* A first tap shows the card (its focus has just opened it), a second goes there. */
      if (link && event.pointerType === "touch" && behind(link) && (owner !== link || Date.now() - openedAt < 600)) { event.preventDefault(); open(link); }
      else if (!link) close();
    });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") { stillAt = pointerAt; close(); } });
    addEventListener("scroll", function () { if (owner && !owner.matches(":hover, :focus")) close(); }, { passive: true });
  }

  /* Self-checks. The page holds question, answers and reasons; here they become something to try. Choosing only
     chooses; *Check* says what is to be said of the answer chosen; nothing locks. */
  function mountQuestion(article) {
    var id = article.dataset.question, stem = article.querySelector(".question__stem"), details = article.querySelector("details");
    var status = make("div", { className: "question__result" });
    status.setAttribute("role", "status");
    /* No form: a page with many would have as many landmarks, and Enter in a text is a new line. */
    var form = make("div", { className: "question__form" });
    stem.before(form);
    function checker(words, check) {
      var button = make("button", { type: "button", className: "button--main", textContent: words });
      button.addEventListener("click", check);
      return button;
    }
    /* A label, and its box to write in; what is written is kept. */
    function written(name, rows, words) {
      var box = make("textarea", { rows: rows, id: name, value: own.set("answers")[id] || "" });
      box.addEventListener("input", function () { own.put("answers", id, box.value); });
      return [make("label", { htmlFor: name, textContent: words }), box];
    }
    if (article.querySelector(".question__options")) choices(); else essay();

    function choices() {
      var list = article.querySelector(".question__options"), reasons = all(".question__answers > li", details);
      var again = make("button", { type: "button", textContent: "Try again", hidden: true });
      var boxes = all("li", list).map(function (item, i) {
        var letter = String.fromCharCode(65 + i);
        var box = make("input", { type: "radio", name: "answer-" + id, value: letter });
        item.replaceChildren(make("label", {}, box, make("span", {}, make("b", { textContent: letter + " " }), item.textContent)));
        return box;
      });
      var legend = make("legend", { className: stem.className });
      list.addEventListener("change", function () { status.replaceChildren(); delete status.dataset.verdict; });
      legend.append.apply(legend, Array.prototype.slice.call(stem.childNodes));
      stem.remove();
      var reason = "reason" in article.dataset ? written("reason-" + id, 2, "Your reason (kept in this browser only)") : [];
      form.append.apply(form, [make("fieldset", {}, legend, list)].concat(reason, make("p", {}, checker("Check", check), " ", again), status));
      details.hidden = reason.length > 0;
      again.addEventListener("click", function () {
        boxes.forEach(function (box) { box.checked = false; });
        all("[data-tried]", list).forEach(function (item) { delete item.dataset.tried; });
        status.replaceChildren();
        again.hidden = true;
        boxes[0].focus();
      });
      function check() {
        var i = boxes.findIndex(function (box) { return box.checked; });
        if (i < 0) { status.textContent = "Choose an answer first."; return; }
        if (reason[1] && !reason[1].value.trim()) { status.textContent = "Write your reason first, in a line."; reason[1].focus(); return; }
        var right = "correct" in reasons[i].dataset, before = own.set("progress")[id] || {};
        boxes[i].closest("li").dataset.tried = right ? "right" : "not";
        status.replaceChildren(make("p", {}, make("b", { textContent: "You chose " + boxes[i].value + ". " })));
        status.firstChild.append.apply(status.firstChild, Array.prototype.slice.call(reasons[i].cloneNode(true).childNodes));
        status.dataset.verdict = right ? "right" : "not";
        again.hidden = details.hidden = false;
        own.put("progress", id, { tries: (Number(before.tries) || 0) + 1, right: right });
        article.dispatchEvent(new CustomEvent("checked", { bubbles: true }));
      }
    }
    function essay() {
      var answer = written("essay-" + id, 5, "Your answer (kept in this browser only)"), box = answer[1];
      stem.id = "stem-" + id;
      box.setAttribute("aria-describedby", stem.id);
      form.append(stem, answer[0], box, make("p", {}, checker("Compare", compare)), status);
      function compare() {
        if (!box.value.trim()) { status.textContent = "Write a line or two first, then compare."; return; }
        details.open = true;
        status.textContent = "There is no one right answer. Below stands what an answer may look like: which is nearest to yours, and what is missing?";
        own.put("progress", id, { compared: true });
        article.dispatchEvent(new CustomEvent("checked", { bubbles: true }));
      }
    }
  }

  /* Paper: everything that can be opened is open; or one section alone, with the works that it cites. */
  function mountPrint() {
    var opened = [], form = document.querySelector(".page-print");
    function restore() {
      opened.forEach(function (part) { part.open = false; });
      opened = [];
      all(".print-off").forEach(function (part) { part.classList.remove("print-off"); });
    }
    addEventListener("beforeprint", function () {
      opened = opened.concat(all(".md-content details:not([open])"));
      opened.forEach(function (part) { part.open = true; });
    });
    addEventListener("afterprint", restore);
    function only(heading) {
      var start = heading.closest(".heading-row") || heading, end = start.nextElementSibling, keep = [start], cited = {};
      while (end && !end.matches("h2, .heading-row:has(h2), .questions, .pager")) { keep.push(end); end = end.nextElementSibling; }
      keep.forEach(function (part) { all('a[href^="#ref-"]', part).forEach(function (link) { cited[link.hash.slice(1)] = true; }); });
      var stays = "h1, .heading-row:has(h1), .print-only" + (Object.keys(cited).length ? ", #references, .heading-row:has(#references), .references" : "");
      for (var at = start; !at.matches(".md-content__inner"); at = at.parentElement) {
        Array.prototype.forEach.call(at.parentElement.children, function (part) {
          if (part !== at && keep.indexOf(part) < 0 && !part.matches(stays)) part.classList.add("print-off");
        });
      }
      all(".references li").forEach(function (entry) { if (!cited[entry.id]) entry.classList.add("print-off"); });
    }
    if (!form) return;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var heading = document.getElementById(form.elements.part.value);
      restore();
      if (heading) only(heading);
      print();
    });
  }

  /* Where the style sheet sets cells one below another, or on a grid, some browsers take a table for none unless
     roles say so. They are added here, because HTML allows no role that repeats its element. */
  function mountTables() {
    var roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", "th[scope=col]": "columnheader", "th[scope=row]": "rowheader" };
    all(matchMedia("(max-width: 48em)").matches ? ".md-content table" : ".sp-case-table").forEach(function (table) {
      table.setAttribute("role", "table");
      Object.keys(roles).forEach(function (name) { all(name, table).forEach(function (node) { node.setAttribute("role", roles[name]); }); });
    });
  }

  /* Course systems show every link in a frame, often a low one: a way out of it. */
  function mountFramed() {
    var content = document.getElementById("content");
    if (self === top || !content) return;
    content.prepend(make("p", { className: "framed" }, make("a", { href: location.href, target: "_blank", rel: "noopener", textContent: "Open this page in a new tab" })));
  }

  /* Where no page is, the search begins with the last words of the address. */
  function mountLost(box) {
    var words = location.pathname.replace(/\.html?$|\/+$/, "").split("/").pop().replace(/[-_+]/g, " ");
    try { box.value = words === "404" ? "" : decodeURIComponent(words); } catch (e) { /* not an address of ours */ }
  }

  /* A menu that lies over the page goes when one of its links leads to a place beneath it. */
  function mountMenus() {
    all("[popover]").forEach(function (menu) {
      menu.addEventListener("click", function (event) {
        if (menu.hidePopover && event.target.closest('a[href^="#"]') && menu.matches(":popover-open")) menu.hidePopover();
      });
    });
  }

  /* Where it is a page's only script it may come before the end of the page (`async`): colours and sizes at once,
     the rest when all is there. */
  mountWishes();
  own.ready(function () {
    mountPreferences();
    mountMenus();
    mountTables();
    mountFramed();
    all("[data-lost]").forEach(mountLost);
    mountCards();
    mountPrint();
    all("[data-question]").forEach(mountQuestion);
  });
}());

/* Copies links and citations: buttons in the fold at the end of a page, and beside each heading with an id of its own.
   Adds to what is there; without it the fold has everything as text and links. */
window.ownData.ready(function () {
  "use strict";

  var fold = document.querySelector("[data-cite]");
  if (!fold || !navigator.clipboard) return;

  var canonical = (document.querySelector('link[rel="canonical"]') || location).href.split("#")[0];
  var status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);

  /* The text of a citation in one style, of the page or of one of its sections. */
  function citation(style, section) {
    var text = fold.querySelector('[data-cite-text="' + style + '"]').cloneNode(true);
    text.querySelectorAll("button").forEach(function (made) { made.remove(); });
    if (section) {
      var title = text.querySelector("[data-cite-title]");
      title.textContent = section.textContent + " (" + title.textContent + ")";
      text.querySelector("[data-cite-url]").textContent += section.hash;
    }
    var day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    return text.textContent.trim().replace("Accessed: day month year", "Accessed: " + day);
  }

  function button(name, label, text) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", function () {
      navigator.clipboard.writeText(text()).then(function () {
        made.textContent = "Copied";
        status.textContent = label + ": copied";
        setTimeout(function () { made.textContent = name; status.textContent = ""; }, 2000);
      });
    });
    return made;
  }

  fold.querySelectorAll("[data-cite-text]").forEach(function (place) {
    var style = place.dataset.citeText;
    place.append(" ", button("Copy", "Copy " + place.previousElementSibling.textContent, function () { return citation(style); }));
  });
  var short = fold.querySelector("[data-cite-go]");
  short.after(" ", button("Copy", "Copy short address", function () { return short.href; }));

  /* One stop for those who go through a page by Tab; what it opens is made when it is asked for. */
  function share(link) {
    var more = document.createElement("span"), open = document.createElement("button");
    more.hidden = true;
    open.type = "button";
    open.textContent = "Share";
    open.setAttribute("aria-label", "Share section: " + link.textContent);
    open.setAttribute("aria-expanded", "false");
    open.addEventListener("click", function () {
      if (!more.firstChild) more.append(button("Link", "Copy link to: " + link.textContent, function () { return canonical + link.hash; }));
      if (!more.children[1] && fold.querySelector("[data-cite-title]")) more.append(
        button("APA", "Copy citation in APA: " + link.textContent, function () { return citation("apa", link); }),
        button("Harvard", "Copy citation in Harvard style: " + link.textContent, function () { return citation("harvard", link); })
      );
      more.hidden = !more.hidden;
      open.setAttribute("aria-expanded", String(!more.hidden));
    });
    return [open, more];
  }

  fold.querySelectorAll(".cite__sections li > a:first-child").forEach(function (link) {
    var heading = document.getElementById(link.hash.slice(1));
    if (!heading || !/^H[23]$/.test(heading.tagName)) return;
    /* Beside the heading, not in it: its name stays what it is for those who hear it. */
    var row = document.createElement("div");
    var tools = document.createElement("span");
    row.className = "heading-row";
    tools.className = "heading-tools";
    tools.append.apply(tools, share(link));
    heading.before(row);
    row.append(heading, tools);
  });
});
