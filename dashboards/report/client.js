/* Draws the charts of a report with Chart.js, from the JSON that stands beside each canvas. */
(() => {
  const root = document.documentElement;
  root.classList.add('scripted');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  // Paper is white whatever the screen is.
  const print = matchMedia('print');
  const narrow = matchMedia('(max-width: 700px)');
  let charts = [];

  const minus = (text) => text.replace('-', '−');
  const round = (value) => {
    const size = Math.abs(value);
    const decimals = size === 0 ? 0 : Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(size))));
    return minus(value.toFixed(decimals));
  };
  const tidy = (value) => minus(String(Number(value.toPrecision(3))));
  const scaled = (us, show) =>
    Math.abs(us) < 1e3
      ? `${show(us)} µs`
      : Math.abs(us) < 1e6
        ? `${show(us / 1e3)} ms`
        : `${show(us / 1e6)} s`;
  const duration = (us) => scaled(us, round);
  const durationTick = (us) => (us === 0 ? '0' : scaled(us, tidy));
  const count = (value) =>
    value >= 1e6 ? `${tidy(value / 1e6)} M` : value >= 1e3 ? `${tidy(value / 1e3)} k` : tidy(value);

  let printing = false;

  const theme = () => {
    const isDark = dark.matches && !printing && !print.matches;
    return {
      of: (colours) => (isDark ? colours.dark : colours.light),
      text: isDark ? '#d7dce3' : '#2a3038',
      grid: isDark ? '#333a44' : '#dfe3e8',
      zero: isDark ? '#8a93a0' : '#7a828c',
    };
  };

  const axis = (look, title, more) => ({
    title: { display: true, text: title, color: look.text },
    ticks: { color: look.text, ...more.ticks },
    grid: { color: look.grid },
    border: { color: look.zero },
    ...more.scale,
  });

  /** A legend's sample: the line with its pattern, and the mark. */
  const sample = (dataset) => {
    const canvas = document.createElement('canvas');
    canvas.width = 34;
    canvas.height = 12;
    const ctx = canvas.getContext('2d');
    ctx.strokeStyle = dataset.borderColor;
    ctx.fillStyle = dataset.backgroundColor;
    ctx.lineWidth = 2;
    ctx.setLineDash(dataset.borderDash);
    ctx.beginPath();
    ctx.moveTo(0, 6);
    ctx.lineTo(34, 6);
    ctx.stroke();
    ctx.setLineDash([]);
    const mark = { pointStyle: dataset.pointStyle, rotation: dataset.rotation, radius: 4, borderWidth: 1 };
    Chart.helpers.drawPoint(ctx, mark, 17, 6);
    return canvas;
  };

  const legend = (look) => ({
    position: 'bottom',
    align: 'start',
    labels: {
      color: look.text,
      usePointStyle: true,
      pointStyleWidth: 34,
      boxHeight: 7,
      padding: 10,
      generateLabels: (chart) =>
        Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => ({
          ...item,
          rotation: 0,
          pointStyle: chart.data.datasets[item.datasetIndex].sample,
        })),
    },
  });

  /** 1, 2 and 5 of each decade: enough to read a logarithmic axis by. */
  const roundTicks = (scale) => {
    const ticks = [];
    for (let exponent = Math.floor(Math.log10(scale.min)); exponent <= Math.log10(scale.max); exponent += 1) {
      for (const step of [1, 2, 5]) {
        const value = Number(`${step}e${exponent}`);
        if (value >= scale.min && value <= scale.max) ticks.push({ value });
      }
    }
    scale.ticks = ticks;
  };

  const line = (series, look, points) => {
    const dataset = lineOf(series, look, points);
    return { ...dataset, sample: sample(dataset) };
  };

  const lineOf = (series, look, points) => ({
    label: series.label,
    data: points,
    borderColor: look.of(series.colours),
    backgroundColor: look.of(series.colours),
    borderDash: series.dash,
    borderWidth: 2,
    pointStyle: series.point,
    rotation: series.rotation,
    pointRadius: 4,
    pointHoverRadius: 6,
  });

  const NINES = [1, 2, 10, 100, 1000, 10000, 100000];
  const NINE_NAMES = {
    1: '0',
    2: 'p50',
    10: 'p90',
    100: 'p99',
    1000: 'p99.9',
    10000: 'p99.99',
    100000: 'p99.999',
  };

  /** Markers stand where a reader looks: at the named percentiles. */
  const markerRadius = (points) => {
    const wanted = NINES.map((nine) => {
      let best = 0;
      points.forEach((point, i) => {
        if (Math.abs(Math.log(point.x / nine)) < Math.abs(Math.log(points[best].x / nine))) best = i;
      });
      return Math.abs(Math.log(points[best].x / nine)) < 0.2 ? best : -1;
    });
    return points.map((_, i) => (wanted.includes(i) ? 4.5 : 0));
  };

  const curve = (spec, look) => {
    const largest = Math.max(...spec.series.flatMap((series) => series.points.map(([x]) => x)));
    return {
      type: 'line',
      data: {
        datasets: spec.series.map((series) => {
          const points = series.points.map(([x, y]) => ({ x, y }));
          return { ...line(series, look, points), pointRadius: markerRadius(points) };
        }),
      },
      options: {
        scales: {
          x: axis(look, 'percentile of requests', {
            scale: {
              type: 'logarithmic',
              min: 1,
              max: largest * 1.15,
              afterBuildTicks: (scale) => {
                scale.ticks = NINES.filter((nine) => nine <= largest * 1.15).map((value) => ({ value }));
              },
            },
            ticks: { callback: (value) => NINE_NAMES[value] ?? '', autoSkip: false, maxRotation: 0 },
          }),
          y: axis(look, 'latency', {
            scale: { type: 'logarithmic', afterBuildTicks: roundTicks },
            ticks: { callback: (value) => durationTick(value) },
          }),
        },
        plugins: {
          legend: legend(look),
          tooltip: {
            callbacks: {
              title: (items) => (items[0] ? `p${round((1 - 1 / items[0].parsed.x) * 100)}` : ''),
              label: (item) => `${item.dataset.label}: ${duration(item.parsed.y)}`,
            },
          },
        },
      },
    };
  };

  /** Breaks a long label at arrows, so that it fits beside its bar. */
  const wrap = (label, width) => {
    const lines = [];
    let current = '';
    for (const word of label.split(' ')) {
      if (current !== '' && `${current} ${word}`.length > width) {
        lines.push(current);
        current = word;
      } else current = current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  };

  const stack = (spec, look) => {
    const bars = spec.bars;
    const datasets = spec.parts.map((part, index) => ({
      label: part.label,
      data: bars.map((bar) => (bar.partsUs === null ? null : bar.partsUs[index])),
      backgroundColor: look.of(part.colours),
    }));
    datasets.push({
      label: 'whole (kept alive)',
      data: bars.map((bar) => (bar.partsUs === null ? bar.totalUs : null)),
      backgroundColor: bars.map((bar) => look.of(bar.colours)),
    });
    const farthest = Math.max(...bars.map((bar) => Math.max(bar.totalUs, bar.highUs ?? 0)));
    return {
      type: 'bar',
      data: { labels: bars.map((bar) => wrap(bar.label, narrow.matches ? 18 : 24)), datasets },
      options: {
        indexAxis: 'y',
        datasets: { bar: { maxBarThickness: 18, minBarLength: 2 } },
        scales: {
          x: axis(look, spec.axis, {
            scale: { stacked: true, suggestedMax: farthest * 1.45 },
            ticks: {
              callback: (value) => durationTick(value),
              maxTicksLimit: narrow.matches ? 4 : 7,
              maxRotation: 0,
            },
          }),
          y: axis(look, '', {
            scale: { stacked: true, title: { display: false }, grid: { display: false } },
            ticks: { autoSkip: false, font: { size: narrow.matches ? 10 : 11 } },
          }),
        },
        plugins: {
          legend: {
            ...legend(look),
            labels: {
              color: look.text,
              boxWidth: 14,
              boxHeight: 10,
              padding: 10,
              filter: (item) => item.datasetIndex < spec.parts.length,
            },
          },
          tooltip: {
            filter: (item) => item.raw !== null,
            callbacks: {
              title: (items) => (items[0] ? bars[items[0].dataIndex].label : ''),
              label: (item) => `${item.dataset.label}: ${duration(item.raw)}`,
            },
          },
        },
      },
      plugins: [barEnds(bars, look)],
    };
  };

  /** Whisker and figure of the whole, at the end of each bar. */
  const barEnds = (bars, look) => ({
    id: 'barEnds',
    afterDatasetsDraw: (chart) => {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.strokeStyle = look.text;
      ctx.fillStyle = look.text;
      ctx.lineWidth = 1.5;
      ctx.font = `${narrow.matches ? 10 : 11}px system-ui, sans-serif`;
      ctx.textBaseline = 'middle';
      bars.forEach((bar, index) => {
        const y = scales.y.getPixelForValue(index);
        const ends = [bar.totalUs];
        if (bar.lowUs !== null && bar.highUs !== null) {
          const low = scales.x.getPixelForValue(bar.lowUs);
          const high = scales.x.getPixelForValue(bar.highUs);
          ctx.beginPath();
          ctx.moveTo(low, y);
          ctx.lineTo(high, y);
          ctx.moveTo(low, y - 4);
          ctx.lineTo(low, y + 4);
          ctx.moveTo(high, y - 4);
          ctx.lineTo(high, y + 4);
          ctx.stroke();
          ends.push(bar.highUs);
        }
        if (bar.partsUs !== null) ends.push(bar.partsUs.reduce((sum, part) => sum + Math.max(0, part), 0));
        ctx.fillText(bar.text, scales.x.getPixelForValue(Math.max(...ends)) + 6, y);
      });
      ctx.restore();
    },
  });

  const scaling = (spec, look) => {
    const isDuration = spec.unit === 'duration';
    // Whiskers belong inside the frame.
    const values = spec.series.flatMap((series) =>
      series.points.flatMap((point) => [point.value, point.low ?? point.value, point.high ?? point.value]),
    );
    const ends = [Math.min(...values) / 1.1, Math.max(...values) * 1.1];
    const all = [
      ...new Set(spec.series.flatMap((series) => series.points.map((point) => point.connections))),
    ].sort((a, b) => a - b);
    return {
      type: 'line',
      data: {
        datasets: spec.series.map((series) =>
          line(
            series,
            look,
            series.points.map((point) => ({
              x: point.connections,
              y: point.value,
              low: point.low,
              high: point.high,
            })),
          ),
        ),
      },
      options: {
        scales: {
          x: axis(look, 'connections', {
            scale: {
              type: 'logarithmic',
              min: all[0] / 1.15,
              max: all[all.length - 1] * 1.15,
              afterBuildTicks: (scale) => {
                scale.ticks = all.map((value) => ({ value }));
              },
            },
            ticks: { callback: (value) => String(value), autoSkip: false, maxRotation: 0 },
          }),
          y: axis(look, spec.axis, {
            scale: { type: 'logarithmic', min: ends[0], max: ends[1], afterBuildTicks: roundTicks },
            ticks: { callback: (value) => (isDuration ? durationTick(value) : count(value)) },
          }),
        },
        plugins: {
          legend: legend(look),
          tooltip: {
            callbacks: {
              title: (items) => (items[0] ? `${items[0].parsed.x} connections` : ''),
              label: (item) =>
                `${item.dataset.label}: ${isDuration ? duration(item.parsed.y) : `${count(item.parsed.y)} /s`}`,
            },
          },
        },
      },
      plugins: [whiskers],
    };
  };

  const whiskers = {
    id: 'whiskers',
    afterDatasetsDraw: (chart) => {
      const { ctx, scales } = chart;
      chart.data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return;
        ctx.save();
        ctx.strokeStyle = dataset.borderColor;
        ctx.lineWidth = 1.5;
        ctx.beginPath();
        for (const point of dataset.data) {
          if (point.low === null || point.high === null) continue;
          const x = scales.x.getPixelForValue(point.x);
          ctx.moveTo(x, scales.y.getPixelForValue(point.low));
          ctx.lineTo(x, scales.y.getPixelForValue(point.high));
        }
        ctx.stroke();
        ctx.restore();
      });
    },
  };

  const KINDS = { curve, stack, scaling };

  const draw = () => {
    for (const chart of charts) chart.destroy();
    const look = theme();
    charts = [...document.querySelectorAll('figure.chart')].flatMap((figure) => {
      const canvas = figure.querySelector('canvas');
      const data = figure.querySelector('script[type="application/json"]');
      if (canvas === null || data === null) return [];
      const spec = JSON.parse(data.textContent);
      const config = KINDS[spec.kind](spec, look);
      config.options = {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: 'nearest', intersect: false },
        ...config.options,
      };
      return [new Chart(canvas, config)];
    });
  };

  for (const box of document.querySelectorAll('.canvas-box')) {
    box.style.height = `${box.querySelector('canvas').getAttribute('height')}px`;
  }
  Chart.defaults.font.family = 'system-ui, -apple-system, "Segoe UI", sans-serif';
  const drawForPrint = (isPrint) => {
    printing = isPrint;
    draw();
  };
  draw();
  for (const media of [dark, narrow, print]) media.addEventListener('change', draw);
  addEventListener('beforeprint', () => drawForPrint(true));
  addEventListener('afterprint', () => drawForPrint(false));
})();
