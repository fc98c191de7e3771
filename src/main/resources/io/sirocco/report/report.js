(() => {
  "use strict";
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const root = document.documentElement;
  const PAPER_WIDTH = 640;
  const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

  const color = name => getComputedStyle(root).getPropertyValue(name).trim();
  const seriesColor = k => color("--series-" + (k % 4 + 1));
  const shown = value => value !== null && value !== undefined;
  const number = value => Math.abs(value) >= 10 || Number.isInteger(value)
    ? value.toLocaleString("en", {maximumFractionDigits: 0}) : value.toLocaleString("en", {maximumFractionDigits: 2});
  const percent = value => (Math.round(value * 1000) / 10) + " %";
  const points = value => (value > 0 ? "+" : "") + (Math.round(value * 1000) / 10).toString().replace("-", "−");

  const measure = document.createElement("canvas").getContext("2d");
  function textWidth(text) {
    measure.font = FONT;
    return measure.measureText(text).width;
  }
  function fitted(text, width) {
    if (textWidth(text) <= width) return text;
    let end = text.length;
    while (end > 1 && textWidth(text.slice(0, end) + "…") > width) end--;
    return text.slice(0, end) + "…";
  }

  function all(plot, keys) {
    return plot.series.flatMap(s => keys.flatMap(key => s[key])).filter(shown);
  }

  function marker(ctx, k, x, y, size) {
    ctx.fillStyle = seriesColor(k);
    ctx.beginPath();
    if (k % 2 === 0) ctx.arc(x, y, size, 0, 2 * Math.PI);
    else ctx.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
    ctx.fill();
  }

  function line(ctx, x0, y0, x1, y1, style, width, dash) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.setLineDash(dash || []);
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  const axis = more => Object.assign({
    stroke: () => color("--quiet"), font: FONT, labelFont: FONT, labelSize: 20, labelGap: 0, gap: 6,
    grid: {stroke: () => color("--line"), width: 1}, ticks: {show: false},
  }, more);

  // uPlot lays out, scales and draws the axes; the marks of a kind are drawn on its canvas.
  const unseen = {paths: () => null, points: {show: false}};
  function options(width, height, scales, axes, plot, draw) {
    return {
      width, height, scales, axes, cursor: {show: false}, legend: {show: false}, padding: [10, 20, 0, 4],
      series: [{}].concat(plot.series.map(() => Object.assign({scale: "y"}, unseen))),
      hooks: {draw: [u => { u.ctx.save(); draw(u, u.ctx, devicePixelRatio); u.ctx.restore(); }]},
    };
  }

  function intervals(plot, width, zero) {
    const rows = plot.labels.map((_, i) => i);
    const room = Math.min(width * 0.42, Math.max(...plot.labels.map(textWidth)) + 14);
    const pitch = Math.max(26, 12 * plot.series.length + 12);
    const values = all(plot, ["y", "low", "high"]);
    let low = Math.min(0, ...values), high = Math.max(0, ...values);
    if (zero) {
      high = Math.max(high, -low, 0.01) * 1.05;
      low = -high;
    } else if (plot.percent && low >= 0) {
      high = Math.min(1, high * 1.05);
    }
    const draw = (u, ctx, dpr) => {
      if (zero) {
        const x = u.valToPos(0, "y", true);
        line(ctx, x, u.bbox.top, x, u.bbox.top + u.bbox.height, color("--quiet"), dpr);
      }
      plot.series.forEach((s, k) => rows.filter(i => shown(s.y[i])).forEach(i => {
        const y = u.valToPos(i, "x", true) + (k - (plot.series.length - 1) / 2) * 12 * dpr;
        if (shown(s.low[i])) {
          line(ctx, u.valToPos(s.low[i], "y", true), y, u.valToPos(s.high[i], "y", true), y, seriesColor(k), 1.5 * dpr);
        }
        marker(ctx, k, u.valToPos(s.y[i], "y", true), y, 4 * dpr);
      }));
    };
    const scales = {
      x: {time: false, ori: 1, dir: -1, range: [-0.5, rows.length - 0.5]},
      y: {ori: 0, dir: 1, range: [low, high]},
    };
    const axes = [
      axis({side: 3, size: room, splits: () => rows, grid: {show: false}, stroke: () => color("--ink"),
        values: () => plot.labels.map(label => fitted(label, room - 10))}),
      axis({side: 2, size: 28, space: 60, values: (_, v) => v.map(zero ? points : plot.percent ? percent : number)}),
    ];
    return [options(width, pitch * rows.length + 44, scales, axes, plot, draw), [rows, ...plot.series.map(s => s.y)]];
  }

  function calibration(plot, width) {
    const size = Math.min(width, 460);
    const draw = (u, ctx, dpr) => {
      const x = v => u.valToPos(v, "x", true), y = v => u.valToPos(v, "y", true);
      line(ctx, x(0), y(0), x(1), y(1), color("--quiet"), dpr, [4 * dpr, 4 * dpr]);
      plot.series.forEach((s, k) => {
        s.x.forEach((v, i) => {
          line(ctx, x(v), y(s.low[i]), x(v), y(s.high[i]), seriesColor(k), dpr);
          if (i > 0) line(ctx, x(s.x[i - 1]), y(s.y[i - 1]), x(v), y(s.y[i]), seriesColor(k), 1.75 * dpr);
          marker(ctx, k, x(v), y(s.y[i]), 4 * dpr);
        });
      });
    };
    const scales = {x: {time: false, range: [0, 1]}, y: {range: [0, 1]}};
    const axes = [
      axis({size: 28, label: plot.x_title, values: (_, v) => v.map(percent)}),
      axis({size: 52, label: plot.y_title, values: (_, v) => v.map(percent)}),
    ];
    return [options(size, size, scales, axes, plot, draw), [[0, 1], ...plot.series.map(() => [null, null])]];
  }

  function columns(plot, width) {
    const places = plot.labels.map((_, i) => i);
    const most = Math.max(...all(plot, ["y", "high"]), 0) * 1.08 || 1;
    const draw = (u, ctx, dpr) => {
      const slot = (u.valToPos(1, "x", true) - u.valToPos(0, "x", true)) * 0.76;
      const bar = Math.min(slot / plot.series.length, 44 * dpr), floor = u.valToPos(0, "y", true);
      plot.series.forEach((s, k) => places.filter(i => s.y[i]).forEach(i => {
        const left = u.valToPos(i, "x", true) + (k - plot.series.length / 2) * bar;
        const top = u.valToPos(s.y[i], "y", true);
        ctx.fillStyle = seriesColor(k);
        ctx.fillRect(left, top, Math.max(bar - dpr, dpr), floor - top);
      }));
    };
    const scales = {x: {time: false, range: [-0.5, places.length - 0.5]}, y: {range: [0, most]}};
    const widest = Math.max(...plot.labels.map(textWidth)) + 10;
    const stride = Math.max(1, Math.ceil(widest * places.length / (width - 60)));
    const axes = [
      axis({size: 28, label: plot.x_title || undefined, grid: {show: false}, splits: () => places.filter(i => i % stride === 0),
        values: (_, v) => v.map(i => plot.labels[i])}),
      axis({size: 52, values: (_, v) => v.map(plot.percent ? percent : number)}),
    ];
    return [options(width, 240, scales, axes, plot, draw), [places, ...plot.series.map(s => places.map(i => s.y[i] ?? null))]];
  }

  function lines(plot, width) {
    const times = plot.series[0].x;
    const most = Math.max(...all(plot, ["y"]), 0) * 1.08 || 1;
    const scales = {x: {time: false}, y: {range: [0, most]}};
    const axes = [
      axis({size: 28, label: plot.x_title, values: (_, v) => v.map(number)}),
      axis({size: 60, label: plot.y_title, values: (_, v) => v.map(number)}),
    ];
    const drawn = options(width, 260, scales, axes, plot, () => {});
    drawn.series = [{}].concat(plot.series.map((_, k) => ({stroke: seriesColor(k), width: 1.75, points: {show: false}})));
    return [drawn, [times, ...plot.series.map(s => s.y)]];
  }

  const kinds = {
    intervals: (plot, width) => intervals(plot, width, false),
    differences: (plot, width) => intervals(plot, width, true),
    calibration, columns, lines,
  };

  let drawn = [];
  function drawAll(width) {
    drawn.forEach(u => u.destroy());
    drawn = [...document.querySelectorAll(".plot")].map(place => {
      const plot = plots[Number(place.dataset.plot)];
      const [settings, data] = kinds[plot.kind](plot, width || place.clientWidth);
      return new uPlot(settings, data, place);
    });
  }

  // On paper the first cases of each list are open; all would be a book.
  const isCase = element => element && element.tagName === "DETAILS";
  const early = d => !isCase(d.previousElementSibling) || !isCase(d.previousElementSibling.previousElementSibling);
  let folded = [];
  addEventListener("beforeprint", () => {
    root.classList.add("paper");
    folded = [...document.querySelectorAll("details:not([open])")].filter(early);
    folded.forEach(d => { d.open = true; });
    drawAll(PAPER_WIDTH);
  });
  addEventListener("afterprint", () => {
    root.classList.remove("paper");
    folded.forEach(d => { d.open = false; });
    drawAll();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
  let width = 0, waiting = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      if (document.body.clientWidth !== width) {
        width = document.body.clientWidth;
        drawAll();
      }
    });
  });
  width = document.body.clientWidth;
  drawAll();
})();
