/* The diagram, enhanced in place: address, comparison, placing, testing, pictures. Words for readers are in
   partials/spectrum-words.html. A classic script, since modules do not load from file://; only spectrum/details.js is
   asked for, when a reader opens a case or tests a definition. */
(function () {
  "use strict";
  const root = document.querySelector("[data-spectrum]");
  if (!root) return;
  document.documentElement.classList.replace("no-js", "js");
  const embedded = root.dataset.spectrum === "embed";

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
  const safe = (html) => {
    /* Citations in the data point to the page's own list; here they go to the bibliography. */
    const { bibliography, know } = table.dataset;
    const text = html.replace(/href="#(ref-[\w-]+)"/g, `href="${bibliography}#$1"`).replace(/href="#to-check"/g, `href="${know}#recalled"`);
    return make("span", { innerHTML: text });
  };
  const join = (list) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} and ${list[list.length - 1]}`);
  const summary = one("[data-sp-sentence]");
  const GROUPS = JSON.parse(summary.dataset.groups);
  const number = (n) => summary.dataset.numbers.split(" ")[n] || String(n);

  const radios = all("[name=sp-stage]");
  const STAGES = radios.map((radio) => radio.value);
  const SHORT = radios.map((radio) => radio.parentElement.dataset.short);
  const NAME = radios.map((radio) => radio.closest(".sp-name").textContent.trim());
  const PHASES = all("[name=sp-phase]").slice(1).map((radio) => ({ slug: radio.value, name: radio.parentElement.textContent.trim() }));
  const span = (text) => (text ? text.split(" ").map((slug) => STAGES.indexOf(slug)) : null);
  const say = (pair) => (!pair ? "Not known" : SHORT[pair[0]] + (pair[0] === pair[1] ? "" : ` to ${SHORT[pair[1]].toLowerCase()}`));
  const range = (pair) => make("span", { textContent: say(pair), className: `sp-range sp-f${pair[0] + 1} sp-t${pair[1] + 1}` });
  const chosen = (name, from) => one(`input[name="${name}"]:checked`, from);
  const pick = (name, value) => {
    const box = all(`input[name="${name}"]`).find((input) => input.value === value);
    return box && (box.checked = true);
  };
  const tell = (node, words) => { node.textContent = words; };
  const WORDS = JSON.parse(one("[data-sp-words]").textContent);
  const w = (name, values = {}) => WORDS[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // The address: what is chosen, as far as it differs from what the page opens with -------------------------
  const table = one(".sp-case-table");
  const rows = all("tr[data-case]");
  const boxes = all(".sp-picker input[type=checkbox]");
  const OPEN = boxes.filter((box) => box.defaultChecked).map((box) => box.value);
  const BARE = { models: OPEN.join(","), case: "", phase: "all", seen: "neither", stage: "asked" };
  const state = { ...BARE };
  const query = () => {
    const parts = Object.keys(BARE).filter((name) => state[name] !== BARE[name]).map((name) => `${name}=${state[name]}`);
    return parts.length ? `?${parts.join("&")}` : "";
  };
  const listeners = [];
  /* What can wait until after the paint that answers the press: the address, what is kept, long tables. */
  const later = (run) => requestAnimationFrame(() => setTimeout(run));
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

  // 1, 3, 8: stage, phase and side are shown by style alone; here they only enter the address ----------------
  ["stage", "phase", "seen"].forEach((name) => all(`[name=sp-${name}]`).forEach((radio) => on(radio, "change", () => {
    set(name, radio.value);
    if (name === "stage") tell(part("heard"), `${NAME[STAGES.indexOf(radio.value)]}. ${one(`tbody[data-stage="${radio.value}"] td`).textContent}`);
  })));

  // 2: models ------------------------------------------------------------------------------------------------
  const lanes = all("[data-model]");
  const places = { in: one("[data-sp-lanes]"), out: one("[data-sp-rest]") };
  const order = boxes.map((box) => box.value);
  const lane = Object.fromEntries(lanes.map((node) => [node.dataset.model, node]));
  const nameOf = (node) => one(".sp-lane__name", node).textContent;
  const marksOf = (node) => all("[data-counts]", node);
  function sentence(nodes) {
    const stances = nodes.map((node) => [nameOf(node), marksOf(node).map((mark) => mark.dataset.stance)]);
    const users = stances.filter((pair) => pair[1].length).length;
    const groups = GROUPS.map(([stance, single, several]) => {
      const who = stances.filter((pair) => pair[1].includes(stance)).map((pair) => pair[0]);
      return who.length ? `${number(who.length)} ${who.length === 1 ? single : several} (${join(who)})` : "";
    }).filter(Boolean);
    const models = `${number(nodes.length)} model${nodes.length === 1 ? "" : "s"}`;
    return `${w("sentence", { all: models, users: `${number(users)} use${users === 1 ? "s" : ""}` })}${groups.length ? ": " + groups.join("; ") : ""}.`;
  }
  function showModels(first) {
    const shown = boxes.filter((box) => box.checked).map((box) => box.value);
    /* The four that are open at first stand in their own order; others follow in the order of the list. */
    const sorted = [...OPEN.filter((key) => shown.includes(key)), ...shown.filter((key) => !OPEN.includes(key))];
    sorted.forEach((key, i) => { if (places.in.children[i] !== lane[key]) places.in.insertBefore(lane[key], places.in.children[i] || null); });
    order.filter((key) => !shown.includes(key)).forEach((key) => { if (lane[key].parentElement !== places.out) places.out.append(lane[key]); });
    tell(one("[data-sp-count]"), sorted.length);
    tell(summary, sorted.length ? sentence(sorted.map((key) => lane[key])) : w("no_model"));
    if (!first) set("models", sorted.join(","));
  }
  boxes.forEach((box) => on(box, "change", () => showModels()));
  const tick = (keys) => { boxes.forEach((box) => { box.checked = keys.includes(box.value); }); showModels(); };
  on(part("models-all"), "click", () => tick(order));
  on(part("models-first"), "click", () => tick(OPEN));

  // 4: cases -------------------------------------------------------------------------------------------------
  const cells = (row, reader) => Object.fromEntries(all("td[data-phase]", row).map(({ dataset }) => [dataset.phase, {
    say: span(reader in dataset ? dataset[reader] : dataset.a), work: dataset.work, choice: dataset.choice,
  }]));
  const hasB = (row) => Boolean(one("td[data-b]", row));
  const titleOf = (row) => one("th a", row).textContent;
  const filters = all("[data-sp-filter]");
  filters.forEach((filter) => on(filter, "change", () => {
    let n = 0;
    rows.forEach((row) => {
      const fits = filters.every(({ value, dataset }) => !value || row.dataset[dataset.spFilter].split("|").includes(value));
      row.hidden = !fits;
      if (row.nextElementSibling && row.nextElementSibling.matches(".sp-case")) row.nextElementSibling.hidden = !fits;
      n += fits;
    });
    tell(one("[data-sp-found]"), w("found", { n, all: rows.length }));
  }));
  let asking = null;
  function withDetails(run) {
    asking = asking || new Promise((done, fail) => {
      if (window.spectrumDetails) return done();
      const script = make("script", { src: table.dataset.src, onload: done, onerror: () => { asking = null; fail(); } });
      return document.head.append(script);
    });
    return asking.then(() => run(window.spectrumDetails));
  }
  const line = (label, text) => make("p", {}, make("b", { textContent: label }), " ", text);
  const labelled = (label, html) => (html ? line(label, safe(html)) : null);
  const readings = (row, phase) => {
    const kept = all(`td[data-phase="${phase}"] :is(.sp-range, .sp-unknown, .sp-flag)`, row);
    return make("div", {}, ...kept.flatMap((node) => [node.cloneNode(true), " "]));
  };
  const cell = (name, ...kids) => {
    const node = make("td", {}, ...kids);
    node.dataset.name = name;
    return node;
  };
  const grid = (caption, heads, lines) => make("table", { className: "sp-table" }, make("caption", { textContent: caption }),
    make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col", textContent: name })))),
    make("tbody", {}, ...lines.map(([head, ...rest]) => make("tr", {}, make("th", { scope: "row", textContent: head }), ...rest))));
  /* Our readings with their reasons, phase by phase; `you` adds the reader's column, `words` a remark on each. */
  const reasoned = (row, told, you, words) => grid(titleOf(row), ["Phase", ...(you ? ["You"] : []), "Our reading", "Why, and why not"], PHASES.map(({ slug, name }) => {
    const [rests, because, against, would] = told.phases[slug];
    const why = [["Rests on", rests], ["For", because], ["Against", against], ["Would move it", would]].map(([label, html]) => labelled(label, html));
    if (!because && !against) why.push(make("p", { textContent: w("unsaid") }));
    return [name, ...(you ? [cell("You", you(slug))] : []), cell("Our reading", readings(row, slug), words ? make("p", { className: "sp-small", textContent: words(slug) }) : null), cell("", ...why)];
  }));
  const claim = (told) => make("dl", { className: "sp-claim" }, ...[
    ["Claimed", told.claimed ? `<q>${told.claimed}</q>, by ${told.by}` : w("no_claim")],
    ["Found", told.found], ["Evidence of the result", `${told.strength}: ${told.why}`], ["Outside the line", told.outside],
  ].filter((pair) => pair[1]).map(([title, html]) => make("div", {}, make("dt", { textContent: title }), make("dd", {}, safe(html)))));
  const story = (told) => make("div", {}, labelled("Content note.", told.note), make("p", {}, safe(told.story)));
  function openCase(row, show) {
    const button = one("[data-sp-open]", row);
    const next = row.nextElementSibling;
    const known = next && next.matches(".sp-case") ? next : null;
    button.setAttribute("aria-expanded", String(show));
    if (known) { known.hidden = !show; return; }
    if (!show) return;
    const box = make("td", { colSpan: PHASES.length + 1, role: "cell", ariaBusy: "true" });
    row.after(make("tr", { className: "sp-case", role: "row" }, box));
    withDetails(({ cases }) => later(() => {
      const mine = cases[row.dataset.case];
      box.ariaBusy = null;
      box.append(story(mine), claim(mine), reasoned(row, mine), labelled("To discuss:", mine.question));
    })).catch(() => { box.ariaBusy = null; box.append(w("failed")); });
  }
  rows.forEach((row) => on(one("[data-sp-open]", row), "click", (event) => {
    const show = event.currentTarget.getAttribute("aria-expanded") !== "true";
    openCase(row, show);
    set("case", show ? row.dataset.case : "");
  }));

  // 7: what a definition or an author's line makes of a case ---------------------------------------------------
  /* Each need answered for a case: yes, no, or open where nobody can tell. */
  function checks(rule, placed) {
    const needs = rule.needs || {};
    const phases = PHASES.map(({ slug, name }) => ({ name, slug, ...placed[slug] }));
    const some = (list, test) => { const found = list.map(test); return ["yes", "open"].find((word) => found.includes(word)) || "no"; };
    const asked = STAGES.indexOf("asked");
    const agreed = STAGES.indexOf("agreed");
    const within = (from, to) => ({ say: at }) => (!at ? "open" : at[1] < from || at[0] > to ? "no" : at[0] >= from && at[1] <= to ? "yes" : "open");
    const takesPart = ({ say: at, work }) => (work === "both" || work === "users" || (at && at[0] >= asked) ? "yes" : at && at[1] >= asked ? "open" : at || work ? "no" : "open");
    const named = phases.filter(({ slug }) => (needs.phases || []).includes(slug));
    const list = [];
    named.forEach((phase) => list.push([w("part", { phase: phase.name.toLowerCase() }), takesPart(phase)]));
    if (needs.work_by_users) list.push([w("work"), some(phases, ({ work }) => (!work ? "open" : work === "both" || work === "users" ? "yes" : "no"))]);
    if (needs.professional_present) list.push([w("professional"), some(phases, ({ work, say: at }) => (work === "both" || work === "staff" || (at && at[1] <= agreed) ? "yes" : work && at ? "no" : "open"))]);
    if (needs.voluntary) {
      const choices = phases.map(({ choice }) => choice).filter(Boolean);
      list.push([w("free"), choices.includes("required") ? "no" : choices.length && choices.every((choice) => choice === "free") ? "yes" : "open"]);
    }
    const equal = within(agreed, agreed + 1);
    if (needs.equal_say && !named.length) list.push([w("equal"), some(phases, equal)]);
    if (needs.equal_say) named.forEach((phase) => list.push([w("equal_in", { phase: phase.name.toLowerCase() }), equal(phase)]));
    if (rule.stance === "point" && rule.span) list.push([w("stands", { place: say(rule.span).toLowerCase() }), some(phases, within(rule.span[0], rule.span[1]))]);
    return list;
  }
  /* A verdict, in, out or open, with its reason in words. */
  function judge(rule, placed) {
    if (rule.stance === "rejects_line") return ["open", w("rejects")];
    const list = checks(rule, placed);
    for (const [answer, verdict, words] of [["no", "out", "not_so"], ["open", "open", "not_known"], ["yes", "in", "is_so"]]) {
      const hits = list.filter((check) => check[1] === answer).map((check) => check[0]);
      if (hits.length) return [verdict, w(words, { list: hits.join("; ") })];
    }
    return rule.stance === "everywhere" ? ["in", w("every")] : ["open", w("nothing")];
  }
  function judgeRow(rule, row) {
    const a = judge(rule, cells(row, "a"));
    if (!hasB(row)) return a;
    const b = judge(rule, cells(row, "b"));
    return a[0] === b[0] ? a : ["open", w("differ", { a: w(a[0]), why_a: a[1], b: w(b[0]), why_b: b[1] })];
  }
  const ruleOf = ({ dataset }) => ({ stance: dataset.stance, span: span(dataset.span), needs: dataset.needs ? JSON.parse(dataset.needs) : null });

  const test = one("[data-sp-test]");
  if (test) {
    on(test, "submit", (event) => event.preventDefault());
    const result = part("result", test);
    on(part("test", test), "click", () => {
      result.ariaBusy = "true";
      withDetails(({ definitions }) => {
        const list = part("definition", test);
        const known = definitions[list.value];
        const rule = { ...known, span: known.span && known.span.map((slug) => STAGES.indexOf(slug)) };
        const found = rows.map((row) => [row, ...judgeRow(rule, row)]);
        const of = (verdict) => found.filter((line) => line[1] === verdict);
        tell(part("says", test), w("says", { says: rule.says, basis: w(rule.basis) + (rule.how === "recalled" ? w("recalled") : "") }));
        tell(part("say", test), w("tested", { in: of("in").length, out: of("out").length, open: of("open").length }));
        later(() => {
          result.ariaBusy = null;
          result.replaceChildren(grid(list.selectedOptions[0].textContent, ["Case", "In, out or cannot tell", "Because"],
            ["in", "out", "open"].flatMap(of).map(([row, verdict, why]) => [titleOf(row), make("td", { className: "sp-verdict", textContent: w(verdict) }), make("td", { textContent: why })])));
        });
      }).catch(() => tell(part("say", test), w("failed")));
    });
  }

  // 5: place a case ------------------------------------------------------------------------------------------
  const mine = (name, from) => Object.fromEntries(PHASES.map(({ slug }) => {
    const box = chosen(`${name}-${slug}`, from);
    return [slug, box ? { answered: true, say: box.value ? [STAGES.indexOf(box.value), STAGES.indexOf(box.value)] : null } : { answered: false, say: null }];
  }));
  const place = one("[data-sp-place]");
  function mountPlace() {
    const list = part("case", place);
    const rowOf = () => one(`tr[data-case="${list.value}"]`);
    const result = part("result", place);
    function read() {
      result.hidden = true;
      withDetails(({ cases }) => part("story", place).replaceChildren(make("h3", { textContent: list.selectedOptions[0].textContent }), story(cases[list.value])))
        .catch(() => tell(part("story", place), w("failed")));
    }
    on(place, "submit", (event) => event.preventDefault());
    on(part("tell", place), "click", () => { set("case", list.value); read(); });
    on(part("next", place), "click", () => {
      list.selectedIndex = (list.selectedIndex + 1) % list.options.length;
      all("input:checked", place).forEach((box) => { box.checked = false; });
      part("reason", place).value = "";
      set("case", list.value);
      read();
    });
    const beside = (you, ours) => {
      if (!you.answered) return w("left_open");
      if (!ours.length) return w(you.say ? "we_could_not" : "neither");
      if (!you.say) return w("you_could_not");
      const near = (by) => ours.some(([from, to]) => you.say[0] >= from - by && you.say[0] <= to + by);
      return w(near(0) ? "within" : near(1) ? "next" : "apart");
    };
    function compare() {
      const you = mine("sp-place", place);
      const missing = [];
      if (!Object.values(you).some((phase) => phase.answered)) missing.push([w("need_stage"), one("[name^=sp-place-]", place)]);
      if (!part("reason", place).value.trim()) missing.push([w("need_reason"), part("reason", place)]);
      if (!chosen("sp-sure", place)) missing.push([w("need_sure"), one("[name=sp-sure]", place)]);
      if (missing.length) {
        tell(part("say", place), w("before", { list: join(missing.map((pair) => pair[0])) }));
        missing[0][1].focus();
        return;
      }
      const row = rowOf();
      withDetails(({ cases }) => {
        const told = cases[list.value];
        const ours = ["a", "b"].map((reader) => cells(row, reader));
        part("rows", place).replaceChildren(reasoned(row, told, (slug) => (you[slug].say ? range(you[slug].say) : you[slug].answered ? "Cannot tell" : "–"), (slug) => beside(you[slug], ours.map((reader) => reader[slug].say).filter(Boolean))));
        part("models", place).replaceChildren(claim(told), differing(row, you));
        result.hidden = false;
        tell(part("say", place), w("compared"));
        result.focus();
      }).catch(() => tell(part("say", place), w("failed")));
    }
    /* Which models would call the case co-production, and where the reader's placing changes that. */
    function differing(row, you) {
      const ours = cells(row, "a");
      const yours = Object.fromEntries(PHASES.map(({ slug }) => [slug, { ...ours[slug], say: you[slug].answered ? you[slug].say : ours[slug].say }]));
      const verdicts = lanes.map((node) => {
        const marks = marksOf(node);
        return marks.length ? [nameOf(node), judgeRow(ruleOf(marks[0]), row), judge(ruleOf(marks[0]), yours)] : null;
      }).filter(Boolean);
      const group = (verdict) => join(verdicts.filter((line) => line[1][0] === verdict).map((line) => line[0])) || "–";
      const moved = verdicts.filter((line) => line[1][0] !== line[2][0]).map((line) => w("moved_verdict", { name: line[0], from: w(line[1][0]), to: w(line[2][0]) }));
      return make("div", {}, make("h3", { textContent: w("models_differ") }),
        ...["in", "out", "open"].map((verdict) => line(w(`models_${verdict}`), group(verdict))),
        make("p", { textContent: w("on_yours", { list: moved.length ? join(moved) : w("none") }) }));
    }
    on(part("compare", place), "click", compare);
    return { show(key) { if ([...list.options].some((option) => option.value === key)) list.value = key; } };
  }
  const placing = place ? mountPlace() : null;

  // 6: the reader's own service ------------------------------------------------------------------------------
  const own = one("[data-sp-own]");
  function mountOwn() {
    const KEY = "defining-co-production.own-service";
    const SIDES = { provider: "Providers", user: "People who use it" };
    const fields = ["name", "changes", "pays"];
    const board = part("side-by-side", own);
    const paper = one("[data-sp-paper]");
    const read = () => ({
      ...Object.fromEntries(fields.map((name) => [name, part(name, own).value])),
      ...Object.fromEntries(Object.keys(SIDES).map((who) => [who, Object.fromEntries(PHASES.flatMap(({ slug }) => {
        const box = chosen(`sp-own-${who}-${slug}`, own);
        return box ? [[slug, box.value]] : [];
      }))])),
    });
    function fill(data) {
      fields.forEach((name) => { part(name, own).value = typeof data[name] === "string" ? data[name] : ""; });
      Object.keys(SIDES).forEach((who) => PHASES.forEach(({ slug }) => {
        const value = data[who] && data[who][slug];
        all(`[name="sp-own-${who}-${slug}"]`).forEach((box) => { box.checked = box.value === value; });
      }));
      draw();
    }
    function gap(a, b) {
      if (!a || !b) return "";
      const steps = Math.abs(STAGES.indexOf(a) - STAGES.indexOf(b));
      return w(["same", "stage_apart"][steps] || "stages_apart", { n: number(steps) });
    }
    function draw() {
      const data = read();
      board.replaceChildren(grid(w("two"), ["Phase", ...Object.values(SIDES), w("between")], PHASES.map(({ slug, name }) => [name, ...Object.entries(SIDES).map(([who, title]) => {
        const value = data[who][slug];
        return cell(title, value ? range([STAGES.indexOf(value), STAGES.indexOf(value)]) : value === "" ? "Cannot tell" : "–");
      }), make("td", { textContent: gap(data.provider[slug], data.user[slug]) })])));
    }
    function keep() {
      try { localStorage.setItem(KEY, JSON.stringify(read())); } catch (error) { /* storage is blocked: nothing is kept */ }
    }
    function sheet(filled) {
      const data = filled ? read() : { provider: {}, user: {} };
      all("[data-on]", paper).forEach((node) => node.removeAttribute("data-on"));
      Object.keys(SIDES).forEach((who) => Object.entries(data[who]).forEach(([slug, value]) => {
        const node = value && one(`tr[data-who="${who}"][data-phase="${slug}"] td[data-stage="${value}"]`, paper);
        if (node) node.dataset.on = "";
      }));
      fields.forEach((name) => tell(part(`paper-${name}`, paper), data[name] || "…".repeat(40)));
      paper.open = true;
      document.documentElement.classList.add("sp-sheet");
      window.print();
      document.documentElement.classList.remove("sp-sheet");
    }
    function move(by) {
      const who = part("move-who", own).value;
      const phase = PHASES.find(({ slug }) => slug === part("move-phase", own).value);
      const box = chosen(`sp-own-${who}-${phase.slug}`, own);
      const from = box && box.value ? STAGES.indexOf(box.value) : -1;
      const to = from + by;
      let words;
      if (from < 0) words = w("first", { phase: phase.name, who: SIDES[who].toLowerCase() });
      else if (to < 0 || to >= STAGES.length) words = w("end");
      else {
        pick(`sp-own-${who}-${phase.slug}`, STAGES[to]);
        draw();
        keep();
        words = w("moved", { phase: phase.name, who: SIDES[who].toLowerCase(), from: SHORT[from], to: SHORT[to] });
      }
      tell(part("moved", own), words);
    }
    on(own, "submit", (event) => event.preventDefault());
    on(own, "change", (event) => later(() => { if (event.target.matches("[type=radio]")) draw(); keep(); }));
    on(part("left", own), "click", () => move(-1));
    on(part("right", own), "click", () => move(1));
    on(part("save", own), "click", () => download("own-service.json", new Blob([JSON.stringify({ kind: "own-service", ...read() }, null, 2)], { type: "application/json" })));
    on(part("open", own), "change", (event) => {
      const file = event.target.files[0];
      if (file) file.text().then((text) => { fill(JSON.parse(text)); keep(); tell(part("say", own), w("opened")); }).catch(() => tell(part("say", own), w("broken")));
    });
    on(part("print", own), "click", () => sheet(true));
    on(part("print-blank", paper), "click", () => sheet(false));
    on(part("clear", own), "click", () => {
      fill({});
      try { localStorage.removeItem(KEY); } catch (error) { /* nothing was kept */ }
      tell(part("say", own), w("cleared"));
    });
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(KEY)); } catch (error) { /* nothing kept, or not readable */ }
    fill(kept || {});
  }
  if (own) mountOwn();

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
    const source = () => (one("link[rel=canonical]", document) || location).href.split(/[?#]/)[0] + query();
    function write() {
      const url = new URL(share.dataset.embed, source()).href.replace(/index\.html$/, "") + query();
      code.value = `<iframe src="${url}" title="${title}" width="100%" height="420" loading="lazy"></iframe>\n<p><a href="${source()}">${title}</a>, CC BY 4.0. Published models keep their own terms.</p>`.replace(/&(?!amp;)/g, "&amp;");
    }
    function copy(text) {
      const blocked = () => tell(status, w("blocked", { text }));
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => tell(status, w("copied")), blocked); else blocked();
    }
    on(part("link", share), "click", () => copy(location.protocol === "file:" ? source() : location.href.split(/[?#]/)[0] + query()));
    on(part("embed", share), "click", () => copy(code.value));
    on(part("svg", share), "click", () => {
      download("who-settles-it.svg", new Blob([picture(source())], { type: "image/svg+xml" }));
      tell(status, w("pictured"));
    });
    on(part("png", share), "click", () => {
      const image = new Image();
      image.onload = () => {
        const canvas = make("canvas", { width: image.width * 2, height: image.height * 2 });
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => { download("who-settles-it.png", blob); tell(status, w("pictured")); });
      };
      image.onerror = () => tell(status, w("no_picture"));
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture(source()))}`;
    });
    listeners.push(write);
    write();
  }

  /* The current view as one SVG that needs no style sheet: colours are looked up once and written out. */
  function picture(url) {
    const W = 1280, M = 48, COL = (W - 2 * M) / 7;
    const probe = make("i", { hidden: true });
    root.append(probe);
    const colour = (name) => { probe.style.setProperty("color", `var(--${name})`); return getComputedStyle(probe).color; };
    const [paper, ink, soft, rule] = ["paper", "ink", "ink-soft", "rule"].map(colour);
    const hue = STAGES.map((_, i) => colour(`stage-${i + 1}`));
    const pen = make("canvas").getContext("2d");
    const SANS = "Arial, Helvetica, sans-serif", SERIF = "Georgia, serif";
    const esc = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
    const out = [];
    let y = M;
    function wrap(text, width, size, weight, family) {
      pen.font = `${weight} ${size}px ${family}`;
      const lines = [""];
      text.replace(/\s+/g, " ").trim().split(" ").forEach((word) => {
        const next = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
        if (pen.measureText(next).width > width && lines[lines.length - 1]) lines.push(word); else lines[lines.length - 1] = next;
      });
      return lines;
    }
    function text(x, top, width, words, o = {}) {
      const { size = 15, weight = 400, family = SANS, fill = ink, middle = false } = o;
      const lines = wrap(words, width, size, weight, family);
      lines.forEach((line, i) => out.push(`<text x="${x}" y="${top + size + i * size * 1.3}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${fill}"${middle ? ' text-anchor="middle"' : ""}>${esc(line)}</text>`));
      return lines.length * size * 1.3;
    }
    const para = (words, o = {}) => { y += text(M, y, W - 2 * M, words, o) + (o.after === undefined ? 6 : o.after); };
    const rect = (x, top, width, height, fill, more = "") => out.push(`<rect x="${x}" y="${top}" width="${width}" height="${height}" fill="${fill}" ${more}/>`);
    const ends = ({ className }) => ["f", "t"].map((end) => className.match(`sp-${end}(\\d)`)[1] - 1);
    const strip = (from, to, top, h) => { for (let i = from; i <= to; i += 1) rect(M + i * COL + 3, top, COL - 6, h, hue[i]); };

    para("Who settles it?", { size: 34, weight: 700, family: SERIF, after: 2 });
    para(w("subtitle"), { fill: soft, after: 26 });
    const side = (letter, name) => text(M, y - 14, W, one(`.sp-side--${letter}`).textContent, { size: 14, weight: 700, fill: colour(name) });
    side("p", "provider-ink");
    const strand = (side) => `fill="none" stroke="${colour(side)}" stroke-width="2.4"`;
    const ring = (side) => `fill="${paper}" stroke="${colour(side)}" stroke-width="3"`;
    const paint = { "sp-p": strand("provider"), "sp-u": strand("user"), "sp-p sp-ring": ring("provider"), "sp-u sp-ring": ring("user"), "sp-seal": `fill="${colour("raised")}" stroke="${ink}" stroke-width="2.5"`, "sp-turn": "" };
    all(".sp-scene").forEach((scene, i) => {
      const drawn = one("svg", scene).innerHTML.replace(/class="([\w -]+)"/g, (_, name) => (name in paint ? paint[name] : `fill="${hue[i]}"`));
      out.push(`<svg x="${M + i * COL}" y="${y - 8}" width="${COL + 0.5}" height="${COL}" viewBox="0 0 160 160">${drawn}</svg>`);
      const mid = M + (i + 0.5) * COL;
      const words = all(".sp-words span", scene).map((node) => node.textContent);
      words.forEach((word, k) => {
        const [dx, dy] = STAGES[i] === "agreed" ? [k * 104 - 52, -10] : [STAGES[i] === "shaped" ? 36 : 0, k * 20 - words.length * 10];
        text(mid + dx, y + 76 + dy, COL, word, { middle: true, family: SERIF });
      });
    });
    y += COL - 4;
    side("u", "user-ink");
    y += 12;
    y += Math.max(...NAME.map((name, i) => {
      if (STAGES[i] === state.stage) rect(M + i * COL + 4, y, COL - 8, 5, hue[i]);
      return text(M + (i + 0.5) * COL, y + 10, COL - 16, name, { size: 16, weight: 700, middle: true });
    })) + 34;

    const sources = [];
    if (!part("alone", share).checked && (state.models !== BARE.models || !state.case)) {
      state.models.split(",").filter((key) => lane[key]).forEach((key) => {
        const node = lane[key];
        para(`${nameOf(node)} (${node.dataset.year})`, { size: 18, weight: 700, family: SERIF, after: 2 });
        const taken = [];
        const top = y;
        const bars = all(".sp-bar", node).map((bar) => {
          const [from, to] = ends(bar);
          const words = one("b", bar).textContent + all(".sp-flag, .sp-how", bar).map((mark) => ` (${mark.textContent})`).join("");
          let level = 0;
          while (taken.some((t) => t[2] === level && t[0] <= to && from <= t[1])) level += 1;
          taken.push([from, to, level]);
          return { from, to, level, words, h: wrap(words, (to - from + 1) * COL - 18, 13, 400, SANS).length * 17 + 18 };
        });
        const heights = [];
        bars.forEach((bar) => { heights[bar.level] = Math.max(heights[bar.level] || 0, bar.h); });
        const at = (level) => top + heights.slice(0, level).reduce((sum, h) => sum + h + 5, 0);
        for (let i = 0; i <= 7; i += 1) out.push(`<path d="M${M + i * COL} ${top}V${at(heights.length)}" stroke="${rule}"/>`);
        bars.forEach((bar) => {
          rect(M + bar.from * COL + 2, at(bar.level), (bar.to - bar.from + 1) * COL - 4, heights[bar.level], colour("raised"), `stroke="${colour("edge")}"`);
          strip(bar.from, bar.to, at(bar.level), 5);
          text(M + bar.from * COL + 9, at(bar.level) + 8, (bar.to - bar.from + 1) * COL - 18, bar.words, { size: 13 });
        });
        y = at(heights.length) + 4;
        all(".sp-offs li", node).forEach((li) => para(li.textContent, { size: 13, fill: soft, after: 2 }));
        all(".sp-mark", node).filter((mark) => !mark.classList.contains("sp-mark--ours") || one("#sp-ours").checked).forEach((mark) => {
          const [from, to] = ends(mark);
          const hollow = mark.classList.contains("sp-mark--ours");
          const stance = mark.dataset.stance;
          if (stance) rect(M + from * COL + 2, y, (to - from + 1) * COL - 4, 8, stance === "point" && !hollow ? ink : "none", `stroke="${ink}" stroke-width="2"${stance === "point" ? "" : ' stroke-dasharray="8 5"'}`);
          y += stance ? 12 : 0;
          para(mark.textContent, { size: 13, after: 8 });
        });
        y += 10;
        const terms = one(`[data-terms-of="${key}"]`);
        if (terms) sources.push(`${one(".sp-lane__by", node).firstChild.textContent.trim()} ${terms.textContent}`);
      });
      para(summary.textContent, { size: 16, family: SERIF, after: 18 });
    }
    const row = rows.find((tr) => tr.dataset.case === state.case);
    if (row) {
      para(w("case", { title: titleOf(row) }), { size: 18, weight: 700, family: SERIF, after: 2 });
      PHASES.filter(({ slug }) => state.phase === "all" || state.phase === slug).forEach(({ slug, name }) => {
        all(`td[data-phase="${slug}"] :is(.sp-range, .sp-unknown)`, row).forEach((node) => {
          para(`${name}: ${node.textContent.toLowerCase()}`, { size: 14, after: 0 });
          rect(M, y, W - 2 * M, 10, rule);
          if (node.matches(".sp-range")) strip(...ends(node), y, 10);
          y += 16;
        });
      });
      y += 8;
    }
    out.push(`<path d="M${M} ${y}H${W - M}" stroke="${rule}"/>`);
    y += 12;
    para(w("limits"), { size: 15, weight: 700, after: 2 });
    all("li", one(".sp-cannot")).forEach((li) => para(`– ${li.textContent}`, { size: 13, after: 1 }));
    para(one(".sp-cannot > p").textContent, { size: 13, after: 8 });
    if (sources.length) para(w("sources", { list: sources.join(" ") }), { size: 12, fill: soft });
    para(w("credit", { ...share.dataset, url }), { size: 12, fill: soft });
    probe.remove();
    const H = Math.ceil(y + M / 2);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${W}" height="${H}" viewBox="0 0 ${W} ${H}" role="img"><title>Who settles it?</title><desc>${esc(one("#sp-line-title").textContent)} ${esc(summary.textContent)}</desc><rect width="${W}" height="${H}" fill="${paper}"/>${out.join("")}</svg>`;
  }
  if (share) mountShare();

  // At the start: the address is read; what is not known is ignored -----------------------------------------
  const asked = new URLSearchParams(location.search);
  const wanted = (name) => asked.get(name) || "";
  ["stage", "phase", "seen"].forEach((name) => { if (wanted(name) && pick(`sp-${name}`, wanted(name))) state[name] = wanted(name); });
  const models = wanted("models").split(",").filter((key) => order.includes(key));
  if (models.length) {
    boxes.forEach((box) => { box.checked = models.includes(box.value); });
    showModels(true);
    state.models = [...OPEN, ...order.filter((key) => !OPEN.includes(key))].filter((key) => models.includes(key)).join(",");
  }
  const row = rows.find((tr) => tr.dataset.case === wanted("case"));
  if (row) {
    state.case = row.dataset.case;
    if (placing) placing.show(state.case);
    openCase(row, true);
  }
  all("[data-sp-part]").forEach((node) => { if (asked.has(node.dataset.spPart) || (node.dataset.spPart === "case" && asked.has("phase"))) node.open = true; });
  const full = one("[data-sp-full]");
  if (full) {
    const link = full.href;
    listeners.push(() => { full.href = link + query(); });
  }
  listeners.forEach((run) => run());
  /* The owner of a frame may learn how high its content is; nothing depends on it. */
  if (embedded && parent !== window && window.ResizeObserver) {
    new ResizeObserver(() => parent.postMessage({ type: "defining-co-production.height", height: document.documentElement.scrollHeight }, "*")).observe(document.body);
  }
}());
