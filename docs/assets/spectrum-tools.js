/* Placing and testing: a case, the reader's own service, a definition. Needs spectrum.js, which stands before it. */
(function () {
  "use strict";
  if (!window.spectrum) return;
  const { one, all, part, on, make, tell, join, w, STAGES, SHORT, PHASES, span, say, range, chosen, pick, later, state, set, withDetails, line, cell, grid, reasoned, claim, story, download } = window.spectrum;

  // 7: what a definition or an author's line makes of a case ---------------------------------------------------
  /* A case as one of the readers sees it; where only one has read it, as that one does. */
  const seenBy = (told, reader) => Object.fromEntries(PHASES.map(({ slug }) => {
    const phase = told.phases[slug];
    return [slug, { say: span(reader in phase ? phase[reader] : phase.a), work: phase.work, choice: phase.choice }];
  }));
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
    if (rule.stance === "point" && rule.span) list.push([w("stands", { place: say(span(rule.span)).toLowerCase() }), some(phases, within(...span(rule.span)))]);
    return list;
  }
  /* A verdict, in, out or open, with its reason in words. */
  function judge(rule, placed) {
    if (rule.stance === "rejects_line") return ["open", w("rejects")];
    const list = checks(rule, placed);
    /* A professional has a part nearly everywhere: by itself that settles nothing for an author who asks for more. */
    if (rule.stance !== "everywhere" && list.length === 1 && list[0][0] === w("professional") && list[0][1] === "yes") return ["open", w("alone")];
    for (const [answer, verdict, words] of [["no", "out", "not_so"], ["open", "open", "not_known"], ["yes", "in", "is_so"]]) {
      const hits = list.filter((check) => check[1] === answer).map((check) => check[0]);
      if (hits.length) return [verdict, w(words, { list: hits.join("; ") })];
    }
    return rule.stance === "everywhere" ? ["in", w("every")] : ["open", w("nothing")];
  }
  function judgeCase(rule, told) {
    const a = judge(rule, seenBy(told, "a"));
    if (!PHASES.some(({ slug }) => "b" in told.phases[slug])) return a;
    const b = judge(rule, seenBy(told, "b"));
    return a[0] === b[0] ? a : ["open", w("differ", { a: w(a[0]), why_a: a[1], b: w(b[0]), why_b: b[1] })];
  }

  const test = one("[data-sp-test]");
  function mountTest() {
    const result = part("result", test);
    on(test, "submit", (event) => event.preventDefault());
    const list = part("definition", test);
    function run() {
      result.ariaBusy = "true";
      withDetails(({ definitions, cases }) => later(() => {
        const rule = definitions[list.value];
        const found = Object.values(cases).map((told) => [told.title, ...judgeCase(rule, told)]);
        const of = (verdict) => found.filter((line) => line[1] === verdict);
        tell(part("says", test), w("says", { says: rule.says, basis: w(rule.basis) + (rule.how === "recalled" ? w("recalled") : "") }));
        tell(part("say", test), w("tested", { in: of("in").length, out: of("out").length, open: of("open").length }));
        result.ariaBusy = null;
        result.replaceChildren(grid(list.selectedOptions[0].textContent, ["Case", "Verdict", "Because"],
          ["in", "out", "open"].flatMap(of).map(([title, verdict, why]) => [title, make("td", { className: "sp-verdict", textContent: w(verdict) }), make("td", { textContent: why })])));
      })).catch(() => { result.ariaBusy = null; tell(part("say", test), w("failed")); });
    }
    on(part("test", test), "click", () => { set("definition", list.value); run(); });
    if ([...list.options].some((option) => option.value === state.definition)) { list.value = state.definition; run(); }
  }
  if (test) mountTest();

  // 5: place a case ------------------------------------------------------------------------------------------
  const place = one("[data-sp-place]");
  function mountPlace() {
    const list = part("case", place);
    const result = part("result", place), paper = one(".sp-paper");
    const mine = () => Object.fromEntries(PHASES.map(({ slug }) => {
      const box = chosen(`sp-place-${slug}`, place);
      return [slug, box ? { answered: true, say: box.value ? span([box.value, box.value]) : null } : { answered: false, say: null }];
    }));
    /* What is placed is kept for each case, as the reader's other work is; site.js stands before this file. */
    let reading = "";
    const given = () => ({
      phases: Object.fromEntries(PHASES.flatMap(({ slug }) => { const box = chosen(`sp-place-${slug}`, place); return box ? [[slug, box.value]] : []; })),
      reason: part("reason", place).value,
      sure: (chosen("sp-sure", place) || {}).value,
    });
    function fill({ phases, reason, sure }) {
      all("[type=radio]", place).forEach((box) => { box.checked = box.value === (box.name === "sp-sure" ? sure : (phases || {})[box.name.replace("sp-place-", "")]); });
      part("reason", place).value = typeof reason === "string" ? reason : "";
    }
    function read(asked) {
      result.hidden = true;
      const before = window.ownData.set("placings")[list.value];
      /* What was placed before any case was read belongs to the first one. */
      if (before || (reading && reading !== list.value)) fill(before || {});
      reading = list.value;
      if (!before && place.querySelector("[type=radio]:checked")) window.ownData.put("placings", reading, given());
      withDetails(({ cases }) => {
        const title = make("h3", { textContent: list.selectedOptions[0].textContent, tabIndex: -1 });
        part("story", place).replaceChildren(title, story(cases[list.value]));
        tell(part("paper-case", paper), title.textContent);
        part("paper-story", paper).replaceChildren(story(cases[list.value]));
        if (asked) title.focus();
      }).catch(() => tell(part("story", place), w("failed")));
    }
    on(place, "submit", (event) => event.preventDefault());
    on(part("tell", place), "click", () => {
      if (!list.value) list.selectedIndex = 1; // the words "Choose a case" are no case
      set("case", list.value);
      read(true);
    });
    on(part("next", place), "click", () => {
      list.selectedIndex = (list.selectedIndex % (list.options.length - 1)) + 1;
      set("case", list.value);
      read(true);
    });
    const beside = (you, ours) => {
      if (!you.answered) return w("left_open");
      if (!ours.length) return w(you.say ? "we_could_not" : "neither");
      if (!you.say) return w("you_could_not");
      const near = (by) => ours.some(([from, to]) => you.say[0] >= from - by && you.say[0] <= to + by);
      return w(near(0) ? "within" : near(1) ? "next" : "apart");
    };
    function compare() {
      const you = mine();
      const missing = [];
      if (!Object.values(you).some((phase) => phase.answered)) missing.push([w("need_stage"), one("[name^=sp-place-]", place)]);
      if (!part("reason", place).value.trim()) missing.push([w("need_reason"), part("reason", place)]);
      if (!chosen("sp-sure", place)) missing.push([w("need_sure"), one("[name=sp-sure]", place)]);
      if (missing.length) {
        tell(part("say", place), w("before", { list: join(missing.map((pair) => pair[0])) }));
        missing[0][1].focus();
        return;
      }
      withDetails(({ cases, models }) => {
        const told = cases[list.value];
        const ours = ["a", "b"].map((reader) => seenBy(told, reader));
        part("rows", place).replaceChildren(reasoned(told, (slug) => (you[slug].say ? range(you[slug].say, "a") : you[slug].answered ? "Cannot tell" : "–"), (slug) => beside(you[slug], ours.map((reader) => reader[slug].say).filter(Boolean))));
        part("models", place).replaceChildren(claim(told), differing(told, models, ours[0], you));
        result.hidden = false;
        tell(part("say", place), w("compared"));
        result.focus();
      }).catch(() => tell(part("say", place), w("failed")));
    }
    /* Which models would call the case co-production, and where the reader's placing changes that. */
    function differing(told, models, ours, you) {
      const yours = Object.fromEntries(PHASES.map(({ slug }) => [slug, { ...ours[slug], say: you[slug].answered ? you[slug].say : ours[slug].say }]));
      const verdicts = Object.entries(models).filter((pair) => pair[1]).map(([name, rule]) => [name, judgeCase(rule, told), judge(rule, yours)]);
      const group = (verdict) => join(verdicts.filter((one) => one[1][0] === verdict).map((one) => one[0])) || "–";
      const moved = verdicts.filter((one) => one[1][0] !== one[2][0]).map((one) => w("moved_verdict", { name: one[0], from: w(one[1][0]), to: w(one[2][0]) }));
      return make("div", {}, make("h3", { textContent: w("models_differ") }),
        ...["in", "out", "open"].map((verdict) => line(w(`models_${verdict}`), group(verdict))),
        make("p", { textContent: w("on_yours", { list: moved.length ? join(moved) : w("none") }) }));
    }
    on(part("compare", place), "click", compare);
    on(place, "input", (event) => { if (reading && event.target !== list) window.ownData.put("placings", reading, given()); });
    if (state.case && [...list.options].some((option) => option.value === state.case)) { list.value = state.case; read(); }
  }
  if (place) mountPlace();

  // 6: the reader's own service ------------------------------------------------------------------------------
  const own = one("[data-sp-own]");
  function mountOwn() {
    const WORDS_FOR = w("numbers").split(" ");
    const KEY = "own-service", kept = window.ownData;
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
      return w(["same", "stage_apart"][steps] || "stages_apart", { n: WORDS_FOR[steps] });
    }
    function draw() {
      const data = read();
      const placed = Object.keys(SIDES).some((who) => Object.keys(data[who]).length);
      board.replaceChildren(!placed ? "" : grid(w("two"), ["Phase", ...Object.values(SIDES), w("between")], PHASES.map(({ slug, name }) => [name, ...Object.entries(SIDES).map(([who, title]) => {
        const value = data[who][slug];
        return cell(title, value ? range(span([value, value]), "a") : value === "" ? "Cannot tell" : "–");
      }), make("td", { textContent: gap(data.provider[slug], data.user[slug]) })])));
    }
    const keep = () => kept.remember(KEY, JSON.stringify(read()));
    function sheet(filled) {
      const data = filled ? read() : { provider: {}, user: {} };
      all("[data-on]", paper).forEach((node) => node.removeAttribute("data-on"));
      Object.keys(SIDES).forEach((who) => Object.entries(data[who]).forEach(([slug, value]) => {
        const node = one(`tr[data-who="${who}"][data-phase="${slug}"] td[data-stage="${value}"]`, paper);
        if (node) node.dataset.on = "";
      }));
      fields.forEach((name) => tell(part(`paper-${name}`, paper), data[name] || ""));
      paper.open = true;
      document.documentElement.classList.add("sp-sheet");
      window.print();
      document.documentElement.classList.remove("sp-sheet");
    }
    /* What was there before a cell was moved or all was cleared, until the reader goes on placing. */
    let before = null;
    const remember = (data) => {
      before = data;
      all("[data-sp-back]", own).forEach((button) => { button.hidden = !data; });
    };
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
        remember(before || read());
        pick(`sp-own-${who}-${phase.slug}`, STAGES[to]);
        draw();
        keep();
        words = w("moved", { phase: phase.name, who: SIDES[who].toLowerCase(), from: SHORT[from], to: SHORT[to] });
      }
      tell(part("moved", own), words);
    }
    on(own, "submit", (event) => event.preventDefault());
    /* Kept with each key: a phone may close the page at any moment. Only the drawing can wait. */
    on(own, "input", keep);
    on(own, "change", ({ target }) => { if (target.matches("[type=radio]")) later(() => { draw(); remember(null); }); });
    on(part("left", own), "click", () => move(-1));
    on(part("right", own), "click", () => move(1));
    on(part("save", own), "click", () => download("own-service.json", new Blob([JSON.stringify({ kind: "own-service", ...read() }, null, 2)], { type: "application/json" })));
    /* A file of this page, or of the whole record; any other is refused, and what is here stays. */
    function parsed(text) {
      const file = JSON.parse(text);
      const data = file.kind === "own-service" ? file : file.kind === "defining-co-production" ? file["own-service"] : null;
      if (!data || !Object.keys(SIDES).every((who) => data[who] && typeof data[who] === "object")) throw new Error("not ours");
      return data;
    }
    on(part("open", own), "change", ({ target }) => {
      const file = target.files[0];
      if (file) file.text().then((text) => {
        const data = parsed(text);
        remember(read());
        fill(data);
        keep();
        tell(part("say", own), w("opened"));
      }).catch(() => tell(part("say", own), w("broken"))).finally(() => { target.value = ""; });
    });
    on(part("print", own), "click", () => sheet(true));
    on(part("print-blank", paper), "click", () => sheet(false));
    all("[data-sp-back]", own).forEach((button) => on(button, "click", () => {
      fill(before);
      button.previousElementSibling.focus();
      remember(null);
      keep();
      tell(part("say", own), w("put_back"));
      tell(part("moved", own), "");
    }));
    on(part("clear", own), "click", () => {
      remember(before || read());
      fill({});
      kept.remember(KEY, "");
      tell(part("say", own), w("cleared"));
    });
    fill(kept.set(KEY));
  }
  if (own) mountOwn();
}());
