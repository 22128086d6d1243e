/* The diagram, enhanced in place: address, line, models, cases, sharing. Words for readers are in
   partials/spectrum-words.html. Classic scripts, since modules do not load from file://; only spectrum/details.js and
   spectrum-picture.js are asked for, when a reader opens a case or wants a picture. What is handed to the other
   scripts of the diagram stands at the end. */
(function () {
  "use strict";
  const root = document.querySelector("[data-spectrum]");
  if (!root) return;
  document.documentElement.classList.replace("no-js", "js");

  // Small help ---------------------------------------------------------------------------------------------
  const one = (selector, from = root) => from.querySelector(selector);
  const all = (selector, from = root) => [...from.querySelectorAll(selector)];
  const part = (name, from) => one(`[data-sp="${name}"]`, from);
  const on = (node, type, run) => node.addEventListener(type, run);
  const make = (tag, props, ...kids) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...kids.filter((kid) => kid !== null));
    return node;
  };
  const tell = (node, words) => { node.textContent = words; };
  const join = (list) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`);
  const WORDS = JSON.parse(one("[data-sp-words]").textContent);
  const w = (name, values = {}) => WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const [STAGES, SHORT, NAME] = [0, 1, 2].map((i) => WORDS.stages.map((stage) => stage[i]));
  const PHASES = WORDS.phases.map(([slug, name]) => ({ slug, name }));
  const OPEN = WORDS.open_first;
  /* A span of two slugs as two numbers, in words, and as a strip on the line. */
  const span = (slugs) => slugs && slugs.map((slug) => STAGES.indexOf(slug));
  const say = ([from, to]) => (from === to ? SHORT[from] : w("from", { a: SHORT[from].toLowerCase(), b: SHORT[to].toLowerCase() }));
  const range = (pair, reader) => make("span", { className: `sp-range sp-range--${reader} sp-f${pair[0] + 1} sp-t${pair[1] + 1}`, textContent: say(pair) });
  const chosen = (name, from) => one(`input[name="${name}"]:checked`, from);
  const pick = (name, value) => {
    const box = all(`input[name="${name}"]`).find((input) => input.value === value);
    return box && (box.checked = true);
  };
  /* What can wait until after the paint that answers the press (the control shows it at once): lanes and long tables, the
     address, what is kept. */
  const later = (run) => requestAnimationFrame(() => setTimeout(run));

  // The address: what is chosen, as far as it differs from what the page opens with. The parts of the diagram stand on
  // several pages; what belongs to another of them is carried along ---------------------------------------------
  const BARE = { models: OPEN.join(","), case: "", definition: "", phase: "all", seen: "neither", stage: "asked" };
  const state = { ...BARE };
  const asked = new URLSearchParams(location.search);
  Object.keys(BARE).forEach((name) => { if (/^[\w,-]+$/.test(asked.get(name) || "")) state[name] = asked.get(name); });
  const query = () => {
    const parts = Object.keys(BARE).filter((name) => state[name] !== BARE[name]).map((name) => `${name}=${state[name]}`);
    return parts.length ? `?${parts.join("&")}` : "";
  };
  const listeners = [];
  let due = false;
  const set = (name, value) => {
    state[name] = value;
    if (due) return;
    due = true;
    later(() => {
      due = false;
      try { history.replaceState(null, "", (query() || location.pathname) + location.hash); } catch (error) { /* file:// and some frames forbid it */ }
      listeners.forEach((run) => run());
    });
  };
  all("[data-sp-view], [data-sp-full]").forEach((link) => {
    const href = link.href;
    listeners.push(() => { link.href = href + query(); });
  });
  /* An address from before the parts had pages of their own: go where its choice is shown. */
  const views = Object.fromEntries(all("[data-sp-view]").map((link) => [link.dataset.spView, link.href]));
  const meant = views[location.hash.slice(1)] || (state.models !== BARE.models ? views.models : state.case || state.phase !== BARE.phase ? views.cases : "");
  if (root.dataset.spectrum === "home" && meant && location.search) {
    location.replace((location.protocol === "file:" ? meant.replace(/\/$/, "/index.html") : meant) + query());
    return;
  }

  // 1, 3, 8: stage and side are shown by style alone; here they enter the address -----------------------------
  const meet = one(".sp-meet");
  const columns = () => (state.phase === "all" ? PHASES.length + 1 : 2);
  const narrow = (phase) => {
    if (!meet) return;
    if (phase === "all") delete meet.dataset.only; else meet.dataset.only = phase;
    all(".sp-case > td", meet).forEach((box) => { box.colSpan = columns(); });
  };
  ["stage", "phase", "seen"].forEach((name) => {
    const boxes = all(`[name=sp-${name}]`);
    if (boxes.length && !pick(`sp-${name}`, state[name])) state[name] = BARE[name];
    boxes.forEach((radio) => on(radio, "change", () => {
      set(name, radio.value);
      if (name === "phase") later(() => { narrow(state.phase); tell(one("[data-sp-found]"), w("phase_shown", { name: radio.labels[0].textContent })); });
      /* On a phone the rows of a stage stand under it: when those of one further up go, what was chosen would be off the screen. */
      if (name === "stage") later(() => radio.closest("label").scrollIntoView({ block: "nearest" }));
      if (name === "stage") later(() => tell(part("heard"), `${NAME[STAGES.indexOf(state.stage)]}. ${one(`tbody[data-stage="${state.stage}"] td`).textContent}`));
    }));
  });

  narrow(state.phase);

  // 2: models ------------------------------------------------------------------------------------------------
  const summary = one("[data-sp-sentence]");
  function mountModels() {
    const groups = JSON.parse(summary.dataset.groups);
    const numbers = summary.dataset.numbers.split(" ");
    const number = (n) => numbers[n] || String(n);
    const boxes = all(".sp-picker input");
    const order = boxes.map((box) => box.value);
    const lane = Object.fromEntries(all("[data-model]").map((node) => [node.dataset.model, node]));
    const places = { in: one("[data-sp-lanes]"), out: one("[data-sp-rest]") };
    /* The four that are open at first stand in their own order; others follow in the order of the list. */
    const sort = (keys) => [...OPEN, ...order.filter((key) => !OPEN.includes(key))].filter((key) => keys.includes(key));
    /* A model counts once, by its first line that counts, so that the figures add up. */
    const said = {};
    const linesOf = (key) => said[key] || (said[key] = all("[data-counts]", lane[key]).map(({ dataset }) => ({ name: one("h3", lane[key]).textContent, ...dataset })));
    function sentence(keys) {
      const lines = keys.map(linesOf);
      const firsts = lines.flatMap((list) => list.slice(0, 1));
      const more = lines.flatMap((list) => list.slice(1));
      const users = firsts.length;
      const parts = groups.map(([stance, single, several]) => {
        const who = firsts.filter((line) => line.stance === stance).map((line) => line.name);
        return who.length ? `${number(who.length)} ${who.length === 1 ? single : several} (${join(who)})` : "";
      }).filter(Boolean);
      const words = [`${w("sentence", { all: `${number(keys.length)} model${keys.length === 1 ? "" : "s"}`, users: `${number(users)} use${users === 1 ? "s" : ""}` })}${parts.length ? `: ${parts.join("; ")}` : ""}.`];
      more.forEach((line) => words.push(w("second", { name: line.name, stance: groups.find((group) => group[0] === line.stance)[1] })));
      const derived = [...new Set([...firsts, ...more].filter((line) => line.basis === "derived").map((line) => line.name))];
      if (derived.length) words.push(w("derived_for", { list: join(derived) })); else if (users) words.push(w(users === 1 ? "says_one" : "says_each"));
      return words.join(" ");
    }
    function show(first = false) {
      const shown = sort(boxes.filter((box) => box.checked).map((box) => box.value));
      shown.forEach((key, i) => { if (places.in.children[i] !== lane[key]) places.in.insertBefore(lane[key], places.in.children[i] || null); });
      order.filter((key) => !shown.includes(key)).forEach((key) => { if (lane[key].parentElement !== places.out) places.out.append(lane[key]); });
      tell(one("[data-sp-count]"), shown.length);
      tell(summary, shown.length ? sentence(shown) : w("no_model"));
      if (first) state.models = shown.join(","); else set("models", shown.join(","));
    }
    const tick = (keys, first) => {
      boxes.forEach((box) => { box.checked = keys.includes(box.value); });
      if (first) show(first); else later(show);
    };
    boxes.forEach((box) => on(box, "change", () => later(show)));
    on(part("models-all"), "click", () => tick(order));
    on(part("models-first"), "click", () => tick(OPEN));
    const wanted = sort(state.models.split(","));
    if (!wanted.length) state.models = BARE.models; else if (state.models !== BARE.models) tick(wanted, true);
  }
  if (summary) mountModels();

  // 4: cases -------------------------------------------------------------------------------------------------
  const source = one("[data-src]");
  let asking = null;
  function ask(src) {
    return new Promise((done, fail) => { document.head.append(make("script", { src, onload: done, onerror: fail })); });
  }
  function withDetails(run) {
    asking = asking || ask(source.dataset.src).catch((error) => { asking = null; throw error; });
    return asking.then(() => run(window.spectrumDetails));
  }
  const safe = (html) => {
    /* Citations in the data lead to the bibliography's pages by letter, as seen from it; on disk it is a file. */
    const { bibliography, know } = source.dataset;
    return make("span", { innerHTML: html.replace(/href="([a-z-]+\/)(?=#ref-)/g, (_, page) => `href="${bibliography.replace(/(index\.html)?$/, `${page}$1`)}`).replace(/href="#to-check"/g, `href="${know}#recalled"`) });
  };
  const line = (label, text) => make("p", {}, make("b", { textContent: label }), " ", text);
  const labelled = (label, html) => (html ? line(label, safe(html)) : null);
  const cell = (name, ...kids) => {
    const node = make("td", {}, ...kids);
    node.dataset.name = name;
    return node;
  };
  const grid = (caption, heads, lines) => make("table", { className: "sp-table" }, make("caption", { textContent: caption }),
    make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col", textContent: name })))),
    make("tbody", {}, ...lines.map(([head, ...rest]) => make("tr", {}, make("th", { scope: "row", textContent: head }), ...rest))));
  function readings(phase) {
    const readers = ["a", "b"].filter((reader) => reader in phase);
    return readers.map((reader) => {
      const node = phase[reader] ? range(span(phase[reader]), reader) : make("span", { className: "sp-unknown", textContent: "Not known" });
      if (readers.length > 1) node.append(` (${w("reader", { reader })})`);
      return node;
    }).concat(phase.flags.flatMap((flag) => [" ", make("span", { className: "sp-flag", textContent: w(flag.replace("-", "_")) })]));
  }
  /* Our readings with their reasons, phase by phase; `you` adds the reader's column, `words` a remark on each. */
  const reasoned = (told, you, words) => grid(told.title, ["Phase", ...(you ? ["You"] : []), "Our reading", "Why, and why not"], PHASES.map(({ slug, name }) => {
    const phase = told.phases[slug];
    const why = ["Rests on", "For", "Against", "Would move it"].map((label, i) => labelled(label, phase.why[i]));
    if (!phase.why[1] && !phase.why[2]) why.push(make("p", { textContent: w("unsaid") }));
    return [name, ...(you ? [cell("You", you(slug))] : []), cell("Our reading", ...readings(phase), words ? make("p", { className: "sp-small", textContent: words(slug) }) : null), cell("", ...why)];
  }));
  const claim = (told) => make("dl", { className: "sp-claim" }, ...[
    ["Claimed", told.claimed ? `<q>${told.claimed}</q>, by ${told.by}` : w("no_claim")],
    ["Found", told.found], ["Evidence of the result", `${told.strength}: ${told.why}`], ["Outside the line", told.outside],
  ].filter((pair) => pair[1]).map(([title, html]) => make("div", {}, make("dt", { textContent: title }), make("dd", {}, safe(html)))));
  const story = (told) => make("div", {}, labelled("Content note.", told.note), make("p", {}, safe(told.story)));

  const rows = all("tr[data-case]");
  function mountCases() {
    rows.forEach((row) => { const button = one("[data-sp-open]", row); button.setAttribute("aria-label", `${button.textContent}: ${one("th a", row).textContent}`); });
    const filters = all("[data-sp-filter]");
    filters.forEach((filter) => on(filter, "change", () => {
      let n = 0;
      rows.forEach((row) => {
        const fits = filters.every(({ value, dataset }) => !value || row.dataset[dataset.spFilter].split("|").includes(value));
        row.hidden = !fits;
        if (row.nextElementSibling && row.nextElementSibling.matches(".sp-case")) row.nextElementSibling.hidden = !fits || one("[data-sp-open]", row).ariaExpanded !== "true";
        n += fits;
      });
      tell(one("[data-sp-found]"), w("found", { n, all: rows.length, are: n === 1 ? "is" : "are" }));
    }));
    function open(row, show) {
      const next = row.nextElementSibling;
      const known = next && next.matches(".sp-case") ? next : null;
      one("[data-sp-open]", row).setAttribute("aria-expanded", String(show));
      if (known) { known.hidden = !show; return; }
      if (!show) return;
      const box = make("td", { colSpan: columns(), role: "cell", ariaBusy: "true" });
      row.after(make("tr", { className: "sp-case", role: "row" }, box));
      withDetails(({ cases }) => later(() => {
        const told = cases[row.dataset.case];
        box.ariaBusy = null;
        box.append(story(told), claim(told), reasoned(told), labelled("To discuss:", told.question));
      })).catch(() => { box.ariaBusy = null; box.append(w("failed")); });
    }
    on(one(".sp-case-table"), "click", ({ target }) => {
      const button = target.closest("[data-sp-open]");
      if (!button) return;
      const row = button.closest("tr");
      const show = button.getAttribute("aria-expanded") !== "true";
      open(row, show);
      set("case", show ? row.dataset.case : "");
    });
    const row = rows.find((tr) => tr.dataset.case === state.case);
    if (row) open(row, true); else state.case = "";
  }
  if (rows.length) mountCases();

  // 9: share -------------------------------------------------------------------------------------------------
  function download(name, blob) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const share = one("[data-sp-share]");
  function mountShare() {
    const status = part("say", share);
    const code = part("code", share);
    const title = document.title;
    const address = () => (one("link[rel=canonical]", document) || location).href.split(/[?#]/)[0] + query();
    function write() {
      /* A frame opens on the line; that of models or cases is to begin with them, whatever is chosen. */
      const view = query() || (one("[data-sp-models]") ? `?models=${OPEN.join(",")}` : rows.length ? "?phase=all" : "");
      const url = new URL(share.dataset.embed, address()).href.replace(/index\.html$/, "") + view;
      code.value = `<iframe src="${url}" title="${title}" width="100%" height="${view ? 600 : 420}" loading="lazy"></iframe>\n<p><a href="${address()}">${title}</a>, CC BY 4.0. Published models keep their own terms.</p>`.replace(/&(?!amp;)/g, "&amp;");
    }
    function copy(text) {
      const blocked = () => tell(status, w("blocked", { text }));
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => tell(status, w("copied")), blocked); else blocked();
    }
    on(part("link", share), "click", () => copy(location.protocol === "file:" ? address() : location.href.split(/[?#]/)[0] + query()));
    on(part("embed", share), "click", () => copy(code.value));
    ["svg", "png"].forEach((kind) => on(part(kind, share), "click", () => {
      (window.spectrumPicture ? Promise.resolve() : ask(share.dataset.picture))
        .then(() => window.spectrumPicture(kind, address()))
        .then((n) => tell(status, w("pictured", { n: kind === "svg" ? w("picture") : w(n === 1 ? "slide" : "slides", { n }) })), () => tell(status, w("no_picture")));
    }));
    listeners.push(write);
  }
  if (share) mountShare();

  // In a frame -----------------------------------------------------------------------------------------------
  all("[data-sp-part]").forEach((node) => { if (asked.has(node.dataset.spPart) || (node.dataset.spPart === "case" && asked.has("phase"))) { node.open = true; one("h1").after(node); } });
  listeners.forEach((run) => run());
  /* The owner of a frame may learn how high its content is; nothing depends on it. */
  if (root.dataset.spectrum === "embed" && parent !== window && window.ResizeObserver) {
    new ResizeObserver(() => parent.postMessage({ type: "defining-co-production.height", height: document.documentElement.scrollHeight }, "*")).observe(document.body);
  }

  window.spectrum = { root, one, all, part, on, make, tell, join, w, STAGES, SHORT, NAME, PHASES, span, say, range, chosen, pick, later, state, set, withDetails, line, cell, grid, reasoned, claim, story, download, share, summary, rows };
}());
