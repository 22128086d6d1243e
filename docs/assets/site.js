/* Small help on every page; nothing here is needed to read it. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.replace("no-js", "js");

  /* Storage can be blocked (a frame in a course system, a private window): then nothing is remembered. */
  var PREFIX = "defining-co-production.";
  function recall(name) { try { return localStorage.getItem(PREFIX + name); } catch (e) { return null; } }
  function remember(name, value) { try { localStorage.setItem(PREFIX + name, value); } catch (e) { /* not kept */ } }

  /* Light or dark: the system's wish first, the reader's own choice after that. */
  function mountTheme() {
    var header = document.querySelector(".site-header__inner");
    if (!header) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "theme-button";
    function isDark() {
      var own = root.dataset.theme;
      return own ? own === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    }
    function name() { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", (isDark() ? "Light" : "Dark") + " colours"); }
    button.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      name();
    });
    name();
    header.append(button);
  }
  var theme = recall("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  /* The full reference, read where it is cited. Shown by mouse, keyboard focus or tap; gone with Escape. */
  function mountCitations() {
    var card = null, owner = null, timer = 0, openedAt = 0;
    function close() {
      clearTimeout(timer);
      if (card) card.remove();
      if (owner) owner.removeAttribute("aria-describedby");
      card = owner = null;
    }
    function open(link) {
      clearTimeout(timer);
      if (owner === link) return;
      var entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!entry) return;
      close();
      owner = link;
      openedAt = Date.now();
      card = document.createElement("div");
      card.className = "citation-card";
      card.id = "citation-card";
      card.setAttribute("role", "tooltip");
      card.innerHTML = entry.innerHTML;
      card.querySelectorAll(".back-links, [id]").forEach(function (part) { part.remove(); });
      document.body.append(card);
      link.setAttribute("aria-describedby", card.id);
      var at = link.getClientRects()[0], width = card.offsetWidth;
      var left = Math.min(Math.max(16, at.left), root.clientWidth - width - 16);
      var below = at.bottom + card.offsetHeight + 8 < innerHeight || at.top < card.offsetHeight + 8;
      card.style.setProperty("left", Math.max(8, left) + scrollX + "px");
      card.style.setProperty("top", (below ? at.bottom + 2 : at.top - card.offsetHeight - 2) + scrollY + "px");
      card.addEventListener("pointerenter", function () { clearTimeout(timer); });
      card.addEventListener("pointerleave", later);
    }
    function later() { clearTimeout(timer); timer = setTimeout(close, 250); }
    function cited(event) { return event.target.closest && event.target.closest('a[role="doc-biblioref"]'); }
    document.addEventListener("pointerover", function (event) {
      if (event.pointerType === "mouse" && cited(event)) open(cited(event));
    });
    document.addEventListener("pointerout", function (event) { if (event.pointerType === "mouse" && cited(event)) later(); });
    document.addEventListener("focusin", function (event) { if (cited(event)) open(cited(event)); else if (!card || !card.contains(event.target)) close(); });
    document.addEventListener("click", function (event) {
      var link = cited(event);
      /* A first tap shows the reference (its focus has just opened the card), a second goes there. */
      if (link && event.pointerType === "touch" && (owner !== link || Date.now() - openedAt < 600)) { event.preventDefault(); open(link); }
      else if (!link && card && !card.contains(event.target)) close();
    });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(); });
    addEventListener("scroll", function () { if (owner && !owner.matches(":hover, :focus")) close(); }, { passive: true });
  }

  mountTheme();
  mountCitations();
}());
