// 監察頁面的腳本: charts over what the server drew, and drafts that outlast a broken line. Every page
// works without it.
"use strict";
(() => {
  const charts = document.currentScript.dataset.charts;
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const options = {
    heat(values) {
      return { tooltip: { renderMode: "richText" },
        visualMap: { min: 0, max: Math.max(1, values.most), orient: "horizontal", left: "center", top: 0,
          inRange: { color: ["#eef3f8", "#7fa8cf", "#1f4e79"] }, textStyle: { color: ink("--ink") } },
        calendar: { range: values.range, top: 70, left: 50, right: 10, cellSize: ["auto", 18],
          itemStyle: { color: "transparent", borderColor: ink("--line") }, splitLine: { show: true },
          dayLabel: { firstDay: 1, nameMap: values.days, color: ink("--soft") },
          monthLabel: { nameMap: values.months, color: ink("--soft") }, yearLabel: { show: false } },
        series: [{ type: "heatmap", coordinateSystem: "calendar", data: values.counts }] };
    },
    flow(values) {
      return { tooltip: { renderMode: "richText" },
        series: [{ type: "sankey", data: values.nodes, links: values.links, nodeAlign: "left",
          label: { color: ink("--ink"), fontSize: 12 }, lineStyle: { color: "gradient", opacity: .4 } }] };
    },
  };
  let loading;
  const library = () => (loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = charts;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  }));
  const draw = (root) => {
    for (const place of root.querySelectorAll(".chart[data-kind]:not([data-drawn])")) {
      place.dataset.drawn = "yes";
      library().then(() => {
        place.hidden = false;
        const chart = echarts.init(place, null, { renderer: "svg" });
        chart.setOption(options[place.dataset.kind](JSON.parse(place.dataset.values)));
        addEventListener("resize", () => chart.resize());
      }).catch(() => {});
    }
  };
  // What was filled in stays in the browser until the form has been sent.
  const drafts = (root) => {
    for (const form of root.querySelectorAll("form[data-draft]:not([data-kept])")) {
      form.dataset.kept = "yes";
      const key = "draft:" + form.dataset.draft;
      const fields = () => [...form.elements].filter((of) => of.name && of.type !== "hidden");
      const held = JSON.parse(localStorage.getItem(key) ?? "{}");
      for (const field of fields()) {
        if (!(field.name in held)) continue;
        if (field.type === "radio") field.checked = held[field.name] === field.value;
        else field.value = held[field.name];
      }
      const keep = () => {
        const now = {};
        for (const field of fields()) {
          if (field.type !== "radio" || field.checked) now[field.name] = field.value;
        }
        localStorage.setItem(key, JSON.stringify(now));
      };
      form.addEventListener("input", keep);
      form.addEventListener("submit", (event) => {
        if (navigator.onLine) return;
        event.preventDefault();
        keep();
        const told = form.querySelector("[role=status]");
        if (told) told.hidden = false;
      });
    }
    // What has become an act, or waits no longer, needs no draft: its name begins with where it leads,
    // `*` standing for what only the act will tell; what follows it is what a page is asked with to
    // which nothing but the form leads. What was refused does need it.
    if (document.querySelector("p.problem")) return;
    const here = decodeURIComponent(location.pathname);
    const open = [...document.querySelectorAll("form[data-draft]")];
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith("draft:"))) {
      const name = key.slice("draft:".length);
      const [leads, more] = decodeURIComponent(name.split(" ")[0]).split("*");
      const arrived = more === undefined ? here === leads
        : here.startsWith(leads) && (more === "" || location.search === more);
      if (arrived && !open.some((form) => form.dataset.draft === name)) localStorage.removeItem(key);
    }
  };
  const ready = (root) => { draw(root); drafts(root); };
  document.addEventListener("htmx:load", (event) => ready(event.target));
  ready(document);
})();
