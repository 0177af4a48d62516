// Charts that are read and zoomed together, and the choice of the theme. Without it the page shows
// the same as pictures.
(() => {
  "use strict";

  const root = document.documentElement;
  const report = JSON.parse(document.getElementById("report-data").textContent);
  root.classList.add("has-script");

  // --- words ------------------------------------------------------------------------------------

  const two = (number) => String(number).padStart(2, "0");

  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const hours = Math.floor(whole / 3600);
    const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function wallClock(seconds) {
    if (!report.began) return "";
    return `${new Date((report.began + seconds) * 1000).toISOString().slice(11, 19)} UTC`;
  }

  function digits(value) {
    if (value == null) return "—";
    const size = Math.abs(value);
    if (size >= 100 || value === Math.round(value)) return Math.round(value).toLocaleString("en-US");
    if (size >= 10) return value.toFixed(1);
    return size >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
  }

  // --- charts -----------------------------------------------------------------------------------

  const timeSteps = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    172800, 345600, 604800, 1209600, 2419200,
  ];
  const markColors = { note: "--accent", hand: "--c5", breach: "--fail", guard: "--warn", other: "--soft" };

  /** The colors of the theme that is on now: a canvas does not follow the style by itself. */
  function theme() {
    const style = getComputedStyle(root);
    return (name) => style.getPropertyValue(name).trim();
  }

  /** The points between two gaps: no line leads to them, so they are drawn as dots. */
  function lonely(plot, series) {
    const values = plot.data[series];
    const found = [];
    values.forEach((value, at) => {
      if (value != null && values[at - 1] == null && values[at + 1] == null) found.push(at);
    });
    return found;
  }

  function drawBands(plot, color) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "alphabetic";
    ctx.font = `${10.5 * devicePixelRatio}px system-ui, sans-serif`;
    report.bands.forEach((band, number) => {
      const left = Math.max(plot.valToPos(band.begin_s, "x", true), bbox.left);
      const right = Math.min(plot.valToPos(band.end_s, "x", true), bbox.left + bbox.width);
      if (right <= left) return;
      ctx.fillStyle = color(number % 2 ? "--band-odd" : "--band");
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      const label = `#${band.number} · ${band.load}`;
      if (ctx.measureText(label).width + 6 < right - left) {
        ctx.fillStyle = color("--soft");
        ctx.fillText(label, (left + right) / 2, bbox.top - 5 * devicePixelRatio);
      }
    });
    ctx.restore();
  }

  function drawLimits(plot, chart, color) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = `${10.5 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    // The words of limits that lie close to one another stand side by side.
    let slot = 0;
    let before = -Infinity;
    for (const limit of [...chart.limits].sort((a, b) => b.value - a.value)) {
      const y = plot.valToPos(limit.value, "y", true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      slot = y - before < 12 * devicePixelRatio ? slot + 1 : 0;
      before = y;
      ctx.strokeStyle = ctx.fillStyle = color(limit.severity === "critical" ? "--fail" : "--warn");
      ctx.setLineDash([8 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.lineWidth = 1.2 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const right = bbox.left + bbox.width - (4 + 92 * slot) * devicePixelRatio;
      ctx.setLineDash([]);
      ctx.lineWidth = 3 * devicePixelRatio;
      ctx.strokeStyle = color("--card");
      ctx.strokeText(limit.text, right, y - 4 * devicePixelRatio);
      ctx.fillText(limit.text, right, y - 4 * devicePixelRatio);
    }
    ctx.restore();
  }

  function drawMarks(plot, color) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = `bold ${10.5 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    for (const mark of report.marks) {
      const x = plot.valToPos(mark.at, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = ctx.fillStyle = color(markColors[mark.kind]);
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.lineWidth = devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + 13 * devicePixelRatio);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillText(mark.sign, x, bbox.top + 10 * devicePixelRatio);
    }
    ctx.restore();
  }

  /** Moment, wall clock and values under the cursor; a mark beside it in its words. */
  function readOut(plot, figure) {
    const { idx, left } = plot.cursor;
    const inside = idx != null && left >= 0;
    figure.querySelectorAll(".value").forEach((cell, number) => {
      cell.textContent = inside ? digits(plot.data[number + 1][idx]) : "";
    });
    const words = [];
    if (inside) {
      const at = plot.posToVal(left, "x");
      words.push(clock(at), wallClock(at));
      const near = report.marks.filter((mark) => Math.abs(plot.valToPos(mark.at, "x") - left) < 5);
      words.push(...near.slice(0, 2).map((mark) => mark.text));
    }
    figure.querySelector(".at").textContent = words.filter(Boolean).join(" · ");
  }

  function lineOptions(line, color) {
    return {
      label: line.name,
      stroke: color(`--c${line.color}`),
      width: 1.6,
      dash: line.form.includes("dashed") ? [5, 4] : undefined,
      paths: line.form.includes("steps") ? uPlot.paths.stepped({ align: 1 }) : undefined,
      points: { show: true, size: 4, fill: color(`--c${line.color}`), filter: lonely },
    };
  }

  function options(figure, chart, color, width) {
    const axis = { stroke: color("--soft"), font: "11px system-ui, sans-serif" };
    const grid = { stroke: color("--grid"), width: 1 };
    const limits = chart.limits.map((limit) => limit.value);
    return {
      width,
      height: 210,
      padding: [20, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false }, sync: { key: "lftui" } },
      scales: {
        x: { time: false },
        y: { range: (plot, low, high) => [0, Math.max(high || 0, ...limits) * 1.08 || 1] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          space: 70,
          grid: { show: false },
          ticks: { ...grid, size: 4 },
          incrs: timeSteps,
          values: (plot, moments) => moments.map(clock),
        },
        { ...axis, size: 56, grid, ticks: { show: false }, values: (plot, all) => all.map(digits) },
      ],
      series: [{}, ...chart.lines.map((line) => lineOptions(line, color))],
      hooks: {
        drawClear: [(plot) => drawBands(plot, color)],
        draw: [(plot) => drawLimits(plot, chart, color), (plot) => drawMarks(plot, color)],
        setCursor: [(plot) => readOut(plot, figure)],
      },
    };
  }

  let plots = [];

  /** Draws all charts anew in the colors of the theme that is on. */
  function drawCharts() {
    plots.forEach(({ plot }) => plot.destroy());
    const color = theme();
    plots = [...document.querySelectorAll("figure.chart")].map((figure) => {
      const chart = report.charts[Number(figure.dataset.chart)];
      const place = figure.querySelector(".plot");
      place.hidden = false;
      figure.classList.add("live");
      return { place, plot: new uPlot(options(figure, chart, color, place.clientWidth), chart.data, place) };
    });
  }

  function fitCharts() {
    for (const { place, plot } of plots) {
      const width = place.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height: plot.height });
    }
  }

  // --- theme ------------------------------------------------------------------------------------

  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const themeButton = document.getElementById("theme");

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);

  function themeChanged() {
    themeButton.textContent = isDark() ? "Light theme" : "Dark theme";
    drawCharts();
  }

  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    themeChanged();
  });
  systemDark.addEventListener("change", themeChanged);

  addEventListener("resize", fitCharts);
  themeChanged();
})();
