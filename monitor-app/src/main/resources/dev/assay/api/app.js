// Charts and the live overview. Everything it draws comes from the JSON API; it puts no text of
// strangers anywhere but into text nodes and a canvas.
'use strict';

(() => {
  const REFRESH_MS = 5000;
  const charts = new Map(); // element → uPlot
  const series = new Map(); // element → what was last drawn, to draw it again in other colours

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (ratio) =>
    ratio == null ? '–' : (ratio === 1 ? '100' : (ratio * 100).toFixed(1)) + '%';
  const seconds = (time) => Date.parse(time) / 1000;

  // '#rrggbb' with an opacity, for bands.
  const faded = (colour, opacity) =>
    colour + Math.round(opacity * 255).toString(16).padStart(2, '0');

  const load = (url) =>
    fetch(url, { headers: { accept: 'application/json' }, credentials: 'same-origin' }).then(
      (response) => {
        if (!response.ok) throw new Error('HTTP ' + response.status);
        return response.json();
      },
    );

  /** Columns on one time axis: for each timeline its ratio and the ends of its interval. */
  function columns(answer, timelines) {
    const step = answer.step_seconds;
    const from = seconds(answer.from);
    const first = Math.floor(from / step) * step;
    const count = Math.max(1, Math.floor((seconds(answer.to) - first) / step) + 1);
    const times = Array.from({ length: count }, (_, i) => first + i * step);
    const data = [times];
    for (const timeline of timelines) {
      const ratio = Array(count).fill(null);
      const lower = Array(count).fill(null);
      const upper = Array(count).fill(null);
      for (const point of timeline.points) {
        const i = Math.round((seconds(point.start) - first) / step);
        if (i >= 0 && i < count && point.pass_rate != null) {
          ratio[i] = point.pass_rate;
          lower[i] = point.pass_rate_lower;
          upper[i] = point.pass_rate_upper;
        }
      }
      data.push(ratio, upper, lower);
    }
    return data;
  }

  /**
   * The lower end of the axis: room for the lines and most of their bands, and never so little that
   * noise looks large.
   */
  function floorOf(data, objective) {
    let least = objective == null ? 1 : objective;
    for (let i = 1; i + 2 < data.length; i += 3) {
      const lower = data[i + 2].filter((value) => value != null).sort((a, b) => a - b);
      for (const value of data[i]) if (value != null && value < least) least = value;
      if (lower.length > 0) least = Math.min(least, lower[lower.length >> 2]);
    }
    return Math.max(0, Math.min(0.8, Math.floor((least - 0.02) * 20) / 20));
  }

  /** Vertical lines where a version was first seen. */
  function versionMarks(marks, labelled) {
    return {
      hooks: {
        draw: (u) => {
          const { ctx } = u;
          ctx.save();
          ctx.strokeStyle = css('--quiet');
          ctx.fillStyle = css('--quiet');
          ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
          ctx.lineWidth = devicePixelRatio;
          ctx.font = 11 * devicePixelRatio + 'px ' + css('--font');
          // The first one began it all; a line there says nothing.
          for (const mark of marks.slice(1)) {
            const x = Math.round(u.valToPos(seconds(mark.first_seen), 'x', true));
            if (x <= u.bbox.left + 2 || x > u.bbox.left + u.bbox.width) continue;
            ctx.beginPath();
            ctx.moveTo(x, u.bbox.top);
            ctx.lineTo(x, u.bbox.top + u.bbox.height);
            ctx.stroke();
            if (labelled) {
              const text = mark.app_version.slice(0, 24) || 'no version';
              const end = x + ctx.measureText(text).width + 6 * devicePixelRatio;
              const fits = end < u.bbox.left + u.bbox.width;
              ctx.textAlign = fits ? 'left' : 'right';
              ctx.fillText(
                text,
                x + (fits ? 4 : -4) * devicePixelRatio,
                u.bbox.top + u.bbox.height - 6 * devicePixelRatio,
              );
            }
          }
          ctx.restore();
        },
      },
    };
  }

  function bands(count, colours) {
    return colours.slice(0, count).map((colour, i) => ({
      series: [2 + i * 3, 3 + i * 3],
      fill: faded(colour, 0.16),
    }));
  }

  const colours = () => ['--v0', '--v1', '--v2', '--v3', '--v4', '--v5'].map(css);

  function empty(element, words) {
    charts.get(element)?.destroy();
    charts.delete(element);
    const note = document.createElement('span');
    note.className = 'chart-empty';
    note.textContent = words;
    element.replaceChildren(note);
  }

  function show(element, options, data) {
    const width = element.clientWidth;
    if (width === 0) return;
    charts.get(element)?.destroy();
    element.replaceChildren();
    charts.set(element, new uPlot({ ...options, width }, data, element));
    resizes.observe(element);
  }

  /** Dots where a line would not show: at values with nothing on either side. */
  function dots(size, colour) {
    return {
      size,
      fill: colour,
      filter: (u, series) => {
        const values = u.data[series];
        return values.flatMap((value, i) =>
          value != null && values[i - 1] == null && values[i + 1] == null ? [i] : [],
        );
      },
    };
  }

  function drawSpark(element, answer, timeline, marks) {
    series.set(element, () => drawSpark(element, answer, timeline, marks));
    const data = columns(answer, timeline ? [timeline] : []);
    if (!timeline || data[1].every((value) => value == null)) {
      empty(element, 'no verdicts');
      return;
    }
    const colour = colours()[0];
    const hidden = { show: true, stroke: null, points: { show: false } };
    show(
      element,
      {
        height: element.clientHeight,
        padding: [3, 2, 3, 2],
        legend: { show: false },
        cursor: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: {
          x: { time: true, range: [seconds(answer.from), seconds(answer.to)] },
          y: { range: [floorOf(data), 1.005] },
        },
        series: [
          {},
          {
            stroke: colour,
            width: 1.6,
            points: dots(4, colour),
          },
          hidden,
          hidden,
        ],
        bands: bands(1, [colour]),
        plugins: [versionMarks(marks, false)],
      },
      data,
    );
  }

  function drawChart(element, answer, timelines, marks) {
    series.set(element, () => drawChart(element, answer, timelines, marks));
    if (timelines.length === 0) {
      empty(element, 'no verdicts in this window');
      return;
    }
    const palette = colours();
    // The oldest version first, so that a version keeps its colour when another comes.
    const order = new Map(marks.map((mark, i) => [mark.app_version, i]));
    const shown = [...timelines]
      .sort((a, b) => (order.get(a.app_version) ?? 0) - (order.get(b.app_version) ?? 0))
      .slice(-palette.length);
    const data = columns(answer, shown);
    const objective = element.dataset.objective ? Number(element.dataset.objective) : null;
    const lines = shown.flatMap((timeline, i) => [
      {
        label: timeline.app_version || 'no version',
        stroke: palette[i],
        width: 2,
        // no line through a time when the version did not run
        points: dots(6, palette[i]),
        value: (u, ratio, _, at) => {
          if (ratio == null) return '–';
          const upper = u.data[2 + i * 3][at];
          const lower = u.data[3 + i * 3][at];
          return percent(ratio) + ' (' + percent(lower) + ' to ' + percent(upper) + ')';
        },
      },
      { label: '', stroke: null, points: { show: false } },
      { label: '', stroke: null, points: { show: false } },
    ]);
    if (objective != null) {
      data.push(data[0].map(() => objective));
      lines.push({
        label: 'objective',
        stroke: css('--bad'),
        width: 1,
        dash: [6, 4],
        points: { show: false },
        value: (u, ratio) => percent(ratio),
      });
    }
    const clock = '{HH}:{mm}';
    const day = '{YYYY}-{MM}-{DD}';
    const axis = {
      stroke: css('--quiet'),
      font: '12px ' + css('--font'),
      grid: { stroke: css('--line'), width: 1 },
      ticks: { stroke: css('--line'), width: 1, size: 4 },
    };
    show(
      element,
      {
        height: matchMedia('(max-width: 700px)').matches ? 210 : 270,
        padding: [8, 22, 0, 0],
        cursor: { y: false, points: { size: 7 } },
        scales: {
          x: { time: true, range: [seconds(answer.from), seconds(answer.to)] },
          y: { range: [floorOf(data.slice(0, 1 + shown.length * 3), objective), 1.005] },
        },
        axes: [
          {
            ...axis,
            // There is nothing between two minutes.
            incrs: [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((n) => n * 60),
            // From this many seconds between ticks: the tick, and what a new year, month, day adds.
            values: [
              [86400, '{MM}-{DD}', '\n{YYYY}', null, null, null, null, null, 1],
              [60, clock, '\n' + day, null, '\n' + day, null, null, null, 1],
            ],
          },
          {
            ...axis,
            size: 48,
            values: (u, ticks) => ticks.map((tick) => Math.round(tick * 100) + '%'),
          },
        ],
        series: [{ label: 'time', value: day + ' ' + clock }, ...lines],
        bands: bands(shown.length, palette),
        plugins: [versionMarks(marks, true)],
      },
      data,
    );
    // The ends of the intervals are drawn as bands; in the legend they stand with their version.
    element.querySelectorAll('.u-legend .u-series').forEach((row, i) => {
      const isEnd = i > 0 && i <= shown.length * 3 && (i - 1) % 3 !== 0;
      row.hidden = isEnd;
      if (isEnd) row.classList.add('visually-hidden');
    });
  }

  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const chart = charts.get(target);
      if (!chart) continue;
      if (!target.isConnected) {
        resizes.unobserve(target);
        chart.destroy();
        charts.delete(target);
        series.delete(target);
      } else if (target.clientWidth > 0 && Math.abs(chart.width - target.clientWidth) > 1) {
        chart.setSize({ width: target.clientWidth, height: chart.height });
      }
    }
  });

  const same = (element) => (item) =>
    item.app === element.dataset.app && item.environment === element.dataset.environment;

  async function sparks() {
    const container = document.getElementById('live');
    const byApp = new Map();
    for (const element of container?.querySelectorAll('[data-spark]') ?? []) {
      const app = element.dataset.app;
      byApp.set(app, [...(byApp.get(app) ?? []), element]);
    }
    const draw = async (app, elements) => {
      const query = new URLSearchParams({ window: container.dataset.window, app });
      try {
        const answer = await load('/api/v1/quality/timeline?' + query);
        for (const element of elements) {
          if (!element.isConnected) continue;
          const timeline = answer.timelines.find(
            (item) => same(element)(item) && item.scorer === element.dataset.scorer,
          );
          drawSpark(element, answer, timeline, answer.versions.filter(same(element)));
        }
      } catch (failure) {
        elements
          .filter((element) => !charts.has(element))
          .forEach((element) => empty(element, ''));
      }
    };
    await Promise.all([...byApp].map(([app, elements]) => draw(app, elements)));
  }

  async function fullCharts() {
    const byUrl = new Map();
    for (const element of document.querySelectorAll('[data-chart]')) {
      const url = element.dataset.chart;
      byUrl.set(url, [...(byUrl.get(url) ?? []), element]);
    }
    for (const [url, elements] of byUrl) {
      try {
        const answer = await load(url);
        for (const element of elements) {
          drawChart(
            element,
            answer,
            answer.timelines.filter(same(element)),
            answer.versions.filter(same(element)),
          );
        }
      } catch (failure) {
        elements.forEach((element) => empty(element, 'the chart could not be loaded'));
      }
    }
  }

  function liveOverview() {
    const live = document.getElementById('live');
    const toggle = document.getElementById('live-toggle');
    if (!live || !toggle) return;
    toggle.hidden = false;
    const words = toggle.querySelector('.text');
    const on = () => toggle.getAttribute('aria-pressed') === 'true';
    toggle.addEventListener('click', () => {
      toggle.setAttribute('aria-pressed', String(!on()));
      words.textContent = on() ? 'Live' : 'Paused';
      if (on()) htmx.trigger(live, 'assay:refresh');
    });
    const lost = () => {
      toggle.classList.add('lost');
      if (on()) words.textContent = 'No connection';
    };
    live.addEventListener('htmx:configRequest', ({ detail }) => {
      detail.parameters.set('window', live.dataset.window);
      if (live.dataset.app) detail.parameters.set('app', live.dataset.app);
    });
    live.addEventListener('htmx:responseError', lost);
    live.addEventListener('htmx:sendError', lost);
    live.addEventListener('htmx:timeout', lost);
    live.addEventListener('htmx:afterSwap', () => {
      toggle.classList.remove('lost');
      words.textContent = on() ? 'Live' : 'Paused';
      sparks();
    });
    setInterval(() => {
      // Nobody looks, or somebody is selecting text: a swap would take it away.
      const selecting = !(getSelection()?.isCollapsed ?? true);
      if (on() && !document.hidden && !selecting) htmx.trigger(live, 'assay:refresh');
    }, REFRESH_MS);
  }

  document.addEventListener('DOMContentLoaded', () => {
    liveOverview();
    sparks();
    fullCharts();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      [...series.values()].forEach((draw) => draw());
    });
  });
})();
