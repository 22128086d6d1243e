/* Small help on every page; nothing here is needed to read it. One file, so that a page asks for one script. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.replace("no-js", "js");
  function all(selector, from) { return [...(from || document).querySelectorAll(selector)]; }
  function make(tag, properties, ...parts) {
    var node = Object.assign(document.createElement(tag), properties);
    node.append(...parts);
    return node;
  }

  /* What the reader does stays in this browser. Storage can be blocked (a frame in a course system, a private
     window): then it is remembered until the page is left. */
  var PREFIX = "defining-co-production.", memory = {};
  var own = window.ownData = {
    kept: true,
    question: mountQuestion,
    ready: (action) => {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", action); else action();
    },
    recall: (name) => {
      try { return localStorage.getItem(PREFIX + name); } catch (e) { own.kept = false; return name in memory ? memory[name] : null; }
    },
    remember: (name, value) => {
      memory[name] = value;
      try { if (value) localStorage.setItem(PREFIX + name, value); else localStorage.removeItem(PREFIX + name); } catch (e) { own.kept = false; }
    },
    /* A set of things by id, kept as one text; what cannot be read counts as nothing. */
    set: (name) => {
      try { var found = JSON.parse(own.recall(name)); return found && typeof found === "object" && !Array.isArray(found) ? found : {}; } catch (e) { return {}; }
    },
    put: (name, id, value) => {
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
    all('.prefs [name="prefs-' + name + '"]').forEach((box) => { box.checked = box.value === value; });
    return value;
  }
  function mountPreferences() {
    all(".prefs input").forEach((box) => {
      var what = box.name.replace("prefs-", "");
      box.addEventListener("change", () => { own.remember(what, wish(what, box.value)); });
    });
    mountWishes();
  }
  function mountWishes() { Object.keys(WISHES).forEach((what) => { wish(what, own.recall(what)); }); }

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
      all(".back-links, [id]", card).forEach((part) => { part.remove(); });
      document.body.append(card);
      /* A term is heard with its definition; a citation says whose work it is, and a whole reference after each would be in the way. */
      if (link.getAttribute("role") !== "doc-biblioref") link.setAttribute("aria-describedby", card.id);
      var at = link.getClientRects()[0], width = card.offsetWidth;
      var left = Math.min(Math.max(16, at.left), root.clientWidth - width - 16);
      var below = at.bottom + card.offsetHeight + 8 < innerHeight || at.top < card.offsetHeight + 8;
      card.style.setProperty("left", Math.max(8, left) + scrollX + "px");
      card.style.setProperty("top", (below ? at.bottom + 2 : at.top - card.offsetHeight - 2) + scrollY + "px");
      card.addEventListener("pointerenter", () => { clearTimeout(timer); });
      /* A finger that lifts leaves the card too, and has not gone away. */
      card.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") later(); });
    }
    function later() { clearTimeout(timer); timer = setTimeout(close, 250); }
    function linkOf(event) { return event.target.closest && event.target.closest(LINKS); }
    /* Escape also uncovers what lies beneath: only a pointer that moves opens the next card. */
    var stillAt = "", pointerAt = "";
    document.addEventListener("pointermove", (event) => { pointerAt = event.clientX + "," + event.clientY; }, { passive: true });
    document.addEventListener("pointerover", (event) => {
      var link = event.pointerType === "mouse" && event.clientX + "," + event.clientY !== stillAt && linkOf(event);
      if (link && !(card && card.contains(link))) open(link);
    });
    document.addEventListener("pointerout", (event) => { if (event.pointerType === "mouse" && linkOf(event)) later(); });
    document.addEventListener("focusin", (event) => {
      if (card && card.contains(event.target)) return;
      if (linkOf(event)) open(linkOf(event)); else close();
    });
    document.addEventListener("click", (event) => {
      var link = linkOf(event);
      if (card && card.contains(event.target)) return;
      /* A first tap shows the card (its focus has just opened it), a second goes there. */
      if (link && event.pointerType === "touch" && behind(link) && (owner !== link || Date.now() - openedAt < 600)) { event.preventDefault(); open(link); }
      else if (!link) close();
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") { stillAt = pointerAt; close(); } });
    addEventListener("scroll", () => { if (owner && !owner.matches(":hover, :focus")) close(); }, { passive: true });
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
      box.addEventListener("input", () => { own.put("answers", id, box.value); });
      return [make("label", { htmlFor: name }, words, make("span", { className: "js-only", textContent: " (kept in this browser only)" })), box];
    }
    if (article.querySelector(".question__options")) choices(); else essay();

    function choices() {
      var list = article.querySelector(".question__options"), reasons = all(".question__answers > li", details);
      var again = make("button", { type: "button", textContent: "Try again", hidden: true });
      var boxes = all("li", list).map((item, i) => {
        var letter = String.fromCharCode(65 + i);
        var box = make("input", { type: "radio", name: "answer-" + id, value: letter });
        item.replaceChildren(make("label", {}, box, make("span", {}, make("b", { textContent: letter + " " }), item.textContent)));
        return box;
      });
      var legend = make("legend", { className: stem.className });
      list.addEventListener("change", () => { status.replaceChildren(); delete status.dataset.verdict; });
      legend.append(...stem.childNodes);
      stem.remove();
      var reason = "reason" in article.dataset ? written("reason-" + id, 2, "Your reason") : [];
      form.append(make("fieldset", {}, legend, list), ...reason, make("p", {}, checker("Check", check), " ", again), status);
      details.hidden = reason.length > 0;
      again.addEventListener("click", () => {
        boxes.forEach((box) => { box.checked = false; });
        all("[data-tried]", list).forEach((item) => { delete item.dataset.tried; });
        status.replaceChildren();
        again.hidden = true;
        boxes[0].focus();
      });
      function check() {
        var i = boxes.findIndex((box) => box.checked);
        if (i < 0) { status.textContent = "Choose an answer first."; return; }
        if (reason[1] && !reason[1].value.trim()) { status.textContent = "Write your reason first, in a line."; reason[1].focus(); return; }
        var right = "correct" in reasons[i].dataset, before = own.set("progress")[id] || {};
        boxes[i].closest("li").dataset.tried = right ? "right" : "not";
        status.replaceChildren(make("p", {}, make("b", { textContent: "You chose " + boxes[i].value + ". " })));
        status.firstChild.append(...reasons[i].cloneNode(true).childNodes);
        status.dataset.verdict = right ? "right" : "not";
        again.hidden = details.hidden = false;
        own.put("progress", id, { tries: (Number(before.tries) || 0) + 1, right: right });
        article.dispatchEvent(new CustomEvent("checked", { bubbles: true }));
      }
    }
    function essay() {
      var answer = written("essay-" + id, 5, "Your answer"), box = answer[1];
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
      opened.forEach((part) => { part.open = false; });
      opened = [];
      all(".print-off").forEach((part) => { part.classList.remove("print-off"); });
    }
    addEventListener("beforeprint", () => {
      opened = opened.concat(all(".md-content details:not([open])"));
      opened.forEach((part) => { part.open = true; });
    });
    addEventListener("afterprint", restore);
    function only(heading) {
      var start = heading.closest(".heading-row") || heading, end = start.nextElementSibling, keep = [start], cited = {};
      while (end && !end.matches("h2, .heading-row:has(h2), .questions, .pager")) { keep.push(end); end = end.nextElementSibling; }
      keep.forEach((part) => { all('a[href^="#ref-"]', part).forEach((link) => { cited[link.hash.slice(1)] = true; }); });
      var stays = "h1, .heading-row:has(h1), .print-only" + (Object.keys(cited).length ? ", #references, .heading-row:has(#references), .references" : "");
      for (var at = start; !at.matches(".md-content__inner"); at = at.parentElement) {
        [...at.parentElement.children].forEach((part) => {
          if (part !== at && keep.indexOf(part) < 0 && !part.matches(stays)) part.classList.add("print-off");
        });
      }
      all(".references li").forEach((entry) => { if (!cited[entry.id]) entry.classList.add("print-off"); });
    }
    if (!form) return;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      var part = form.elements.part.value, heading = part && document.getElementById(part);
      restore();
      if (heading) only(heading);
      if (part === "-") all(".question details, .question__result").forEach((answer) => { answer.classList.add("print-off"); });
      print();
    });
  }

  /* Where the style sheet sets cells one below another, or on a grid, some browsers take a table for none unless
     roles say so. They are added here, because HTML allows no role that repeats its element. */
  function mountTables() {
    var roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", "th[scope=col]": "columnheader", "th[scope=row]": "rowheader" };
    all(matchMedia("(max-width: 48em)").matches ? ".md-content table" : ".sp-case-table").forEach((table) => {
      table.setAttribute("role", "table");
      Object.keys(roles).forEach((name) => { all(name, table).forEach((node) => { node.setAttribute("role", roles[name]); }); });
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
    all("[popover]").forEach((menu) => {
      menu.addEventListener("click", (event) => {
        if (menu.hidePopover && event.target.closest('a[href^="#"]') && menu.matches(":popover-open")) menu.hidePopover();
      });
    });
  }

  /* Where it is a page's only script it may come before the end of the page (`async`): colours and sizes at once,
     the rest when all is there. */
  mountWishes();
  own.ready(() => {
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
window.ownData.ready(() => {
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
    text.querySelectorAll("button").forEach((made) => { made.remove(); });
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
    made.addEventListener("click", () => {
      navigator.clipboard.writeText(text()).then(() => {
        made.textContent = "Copied";
        status.textContent = label + ": copied";
        setTimeout(() => { made.textContent = name; status.textContent = ""; }, 2000);
      });
    });
    return made;
  }

  fold.querySelectorAll("[data-cite-text]").forEach((place) => {
    var style = place.dataset.citeText;
    place.append(" ", button("Copy", "Copy " + place.previousElementSibling.textContent, () => citation(style)));
  });
  var short = fold.querySelector("[data-cite-go]");
  short.after(" ", button("Copy", "Copy short address", () => short.href));

  /* One stop for those who go through a page by Tab; what it opens is made when it is asked for. */
  function share(link) {
    var more = document.createElement("span"), open = document.createElement("button");
    more.hidden = true;
    open.type = "button";
    open.textContent = "Share";
    open.setAttribute("aria-label", "Share section: " + link.textContent);
    open.setAttribute("aria-expanded", "false");
    open.addEventListener("click", () => {
      if (!more.firstChild) more.append(button("Link", "Copy link to: " + link.textContent, () => canonical + link.hash));
      if (!more.children[1] && fold.querySelector("[data-cite-title]")) more.append(
        button("APA", "Copy citation in APA: " + link.textContent, () => citation("apa", link)),
        button("Harvard", "Copy citation in Harvard style: " + link.textContent, () => citation("harvard", link))
      );
      more.hidden = !more.hidden;
      open.setAttribute("aria-expanded", String(!more.hidden));
    });
    return [open, more];
  }

  fold.querySelectorAll(".cite__sections li > a:first-child").forEach((link) => {
    var heading = document.getElementById(link.hash.slice(1));
    if (!heading || !/^H[23]$/.test(heading.tagName)) return;
    /* Beside the heading, not in it: its name stays what it is for those who hear it. */
    var row = document.createElement("div");
    var tools = document.createElement("span");
    row.className = "heading-row";
    tools.className = "heading-tools";
    tools.append(...share(link));
    heading.before(row);
    row.append(heading, tools);
  });
});
