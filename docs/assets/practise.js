/* The revision set: which questions, in which order, one at a time; fetched when the reader begins, since they would be
   two thirds of the page. And the reader's own record, which site.js keeps in this browser: shown, saved as a file,
   opened, cleared. Without this file the page leads to the pages that hold the questions. */
(function () {
  "use strict";
  const part = (name) => document.querySelector(`[data-practise="${name}"]`);
  const own = window.ownData, set = part("set"), controls = part("controls");
  if (!own || !set) return;
  const idsIn = (text) => text.split(" ").filter(Boolean);
  /* Each part of the site with the ids of its questions: those with an answer to choose, and those to write on. */
  const parts = [...document.querySelectorAll(".practise-pages")].map((list) => {
    const pages = [...list.children], asked = pages.flatMap((page) => idsIn(page.dataset.asked));
    return { name: list.dataset.part, asked, all: asked.concat(pages.flatMap((page) => idsIn(page.dataset.open))) };
  });
  const all = parts.flatMap((one) => one.all);
  const idOf = (item) => item.querySelector("[data-question]").dataset.question;
  let first = [], ids = [], order = first, shown = first, at = 0;

  /* The set ------------------------------------------------------------------------------------------ */
  let fetching = false;
  function begin(then) {
    if (fetching) return;
    fetching = true;
    part("begun").textContent = "The questions are being fetched.";
    const file = Object.assign(document.createElement("script"), { src: "questions.js" });
    const failed = () => {
      fetching = false;
      file.remove();
      part("begun").textContent = "The questions could not be fetched. Try again, or take them page by page, below.";
    };
    file.addEventListener("load", () => {
      if (!window.practiseSet) return failed();
      mount();
      then();
    });
    file.addEventListener("error", failed);
    document.head.append(file);
  }
  function mount() {
    set.innerHTML = window.practiseSet;
    /* On disk a folder's address would show its list of files. */
    if (location.protocol === "file:") set.querySelectorAll('a[href^=".."]').forEach((link) => {
      link.setAttribute("href", link.getAttribute("href").replace(/\/(?=#|$)/, "/index.html"));
    });
    set.querySelectorAll("[data-question]").forEach(own.question);
    first = order = [...set.children];
    ids = first.map(idOf);
    controls.hidden = false;
    part("start").remove();
    goBack();
  }
  /* Where the reader was, for the next visit. */
  function keep() {
    const { which, part: from, one } = controls.elements;
    const usual = which.value === "all" && !from.value && one.checked && at === 0 && order === first;
    own.remember("revision", usual ? "" : JSON.stringify({ which: which.value, from: from.value, one: one.checked, at: shown[at] ? idOf(shown[at]) : "", order: order === first ? [] : order.map(idOf) }));
  }
  function goBack() {
    const before = own.set("revision"), { which, part: from, one } = controls.elements;
    const ordered = (Array.isArray(before.order) ? before.order : []).map((id) => first[ids.indexOf(id)]).filter(Boolean);
    [[which, before.which], [from, before.from]].forEach(([list, value]) => { if ([...list.options].some((option) => option.value === value)) list.value = value; });
    one.checked = before.one !== false;
    if (ordered.length === first.length) arrange(ordered); else choose();
    at = Math.max(0, shown.findIndex((item) => idOf(item) === before.at));
    draw();
  }
  function choose() {
    /* A file may be opened, or all cleared, before the questions are there. */
    if (!first.length) return;
    const { which, part: from } = controls.elements, done = own.set("progress");
    const isRight = (known) => known && (known.right || known.compared);
    shown = order.filter((item) => {
      const known = done[idOf(item)];
      return (!from.value || item.dataset.part === from.value) && (which.value === "all" || (which.value === "new" ? !known : !isRight(known)));
    });
    at = 0;
    draw();
  }
  function draw() {
    const one = controls.elements.one.checked;
    first.forEach((item) => { item.hidden = one ? item !== shown[at] : !shown.includes(item); });
    part("steps").hidden = !one || !shown.length;
    part("back").disabled = at === 0;
    part("next").disabled = at >= shown.length - 1;
    keep();
    part("where").textContent = !shown.length ? "No question is left in this choice." : one ? `Question ${at + 1} of ${shown.length}` : `${shown.length} of ${first.length} questions are shown.`;
  }
  function arrange(items) {
    order = items;
    set.append(...order);
    choose();
  }
  const hear = (how) => part("where").setAttribute("aria-live", how);
  function step(by) {
    at = Math.min(shown.length - 1, Math.max(0, at + by));
    hear("off");
    draw();
    goTo();
  }
  /* The heading is heard because it gets the focus: not the count as well. */
  function goTo() {
    const place = shown.length ? shown[at].querySelector("h3") : controls.elements.which;
    if (shown.length) place.tabIndex = -1;
    place.focus();
  }
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("change", () => { hear("polite"); choose(); });
  part("next").addEventListener("click", () => step(1));
  part("back").addEventListener("click", () => step(-1));
  part("order").addEventListener("click", () => { hear("polite"); arrange(first); });
  part("shuffle").addEventListener("click", () => {
    const items = [...first];
    hear("polite");
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = Math.floor(Math.random() * (i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
    arrange(items);
  });

  /* The record --------------------------------------------------------------------------------------- */
  const KEEPS = ["progress", "answers", "own-service", "placings"];
  const say = (words) => { part("say").textContent = words; };
  function tell() {
    const done = own.set("progress"), count = (names, test) => names.filter((id) => done[id] && test(done[id])).length;
    const tried = (names) => count(names, () => true), right = (names) => count(names, (known) => known.right);
    part("kept").hidden = own.kept;
    part("summary").textContent = tried(all) ? `You have tried ${tried(all)} of ${all.length} questions; ${right(all)} right at the last try.` : `You have tried none of the ${all.length} questions yet.`;
    part("table").replaceChildren(...parts.map((one) => {
      const cells = [`${tried(one.all)}\u00a0of\u00a0${one.all.length}`, `${right(one.asked)}\u00a0of\u00a0${one.asked.length}`];
      const row = document.createElement("tr"), head = document.createElement("th");
      head.scope = "row";
      head.textContent = one.name;
      row.append(head, ...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      return row;
    }));
  }
  const read = () => Object.fromEntries(KEEPS.map((name) => [name, own.recall(name)]).filter((pair) => pair[1]));
  function write(data) {
    KEEPS.forEach((name) => own.remember(name, data[name] || ""));
    const answers = own.set("answers");
    document.querySelectorAll(".question textarea").forEach((box) => { box.value = answers[box.closest("[data-question]").dataset.question] || ""; });
    tell();
  }
  /* A file is only taken if it is one of ours and holds something: of answers only texts, of the rest only objects. */
  function parsed(text) {
    const file = JSON.parse(text);
    if (file.kind !== "defining-co-production") throw new Error("not ours");
    const found = {};
    KEEPS.forEach((name) => {
      const value = file[name], sort = name === "answers" ? "string" : "object";
      if (!value || typeof value !== "object" || Array.isArray(value)) return;
      const sound = name === "own-service" ? value : Object.fromEntries(Object.entries(value).filter((pair) => pair[1] && typeof pair[1] === sort));
      found[name] = JSON.stringify(sound);
    });
    if (file.version > 1 || !Object.keys(found).length) throw new Error("nothing that is known here");
    return found;
  }
  let before = null;
  const undoable = (data) => { before = data; part("undo").hidden = !data; };
  part("save").addEventListener("click", () => {
    const data = Object.fromEntries(Object.entries(read()).map(([name, text]) => [name, JSON.parse(text)]));
    const text = JSON.stringify({ kind: "defining-co-production", version: 1, ...data }, null, 2);
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "defining-co-production-progress.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say("Saved in your downloads.");
  });
  part("open").addEventListener("change", ({ target }) => {
    const file = target.files[0];
    if (!file) return;
    file.text().then((text) => {
      const data = parsed(text);
      undoable(read());
      write(data);
      choose();
      say("Opened. It has taken the place of what was here.");
    }).catch(() => say("This file could not be read. Choose one that was saved here.")).finally(() => { target.value = ""; });
  });
  part("clear").addEventListener("click", () => {
    undoable(read());
    write({});
    own.remember("revision", "");
    controls.reset();
    arrange(first);
    say("Cleared: answers, progress, placings and your own service. Reading preferences are kept.");
  });
  part("undo").addEventListener("click", () => {
    write(before);
    undoable(null);
    choose();
    say("Back as it was.");
    part("clear").focus();
  });
  set.addEventListener("checked", tell);
  part("begin").addEventListener("click", () => begin(() => { hear("off"); goTo(); }));
  tell();
  /* Whoever was in the midst of it goes on. */
  if (own.recall("revision")) begin(() => {});
}());
