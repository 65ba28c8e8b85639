// A board, as Grafana's own components draw it: see make.sh.
import {
  ConfigOverrideRule, DataFrame, FieldConfigOptionsRegistry, FieldType, applyFieldOverrides, createTheme,
  dateTime, identityOverrideProcessor, standardTransformers, standardTransformersRegistry, toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { GlobalStyles, PanelChrome, PanelContextProvider } from '@grafana/ui';
import { ThemeContext } from '@grafana/data';
import '@fontsource/inter/latin-400.css';
import '@fontsource/inter/latin-500.css';
import { createRoot } from 'react-dom/client';
import { Drawn } from './panels';

const { board, data } = (window as any).WHOLE;
const theme = createTheme({ colors: { mode: (window as any).THEME } });
const zone = board.timezone;
const shown = { from: dateTime(data.from), to: dateTime(data.to), raw: { from: dateTime(data.from), to: dateTime(data.to) } };

standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(standardTransformers).map((one: any) => [one.id, one])).values()].map((one: any) => ({
    id: one.id, name: one.name, transformation: one, description: '', editor: () => null,
  }))
);

/** The properties that fields may have, and what Grafana puts where a board says nothing. */
const CUSTOM: Record<string, Record<string, unknown>> = {
  timeseries: {
    drawStyle: 'line', lineInterpolation: 'linear', barAlignment: 0, barWidthFactor: 0.6, lineWidth: 1,
    fillOpacity: 0, gradientMode: 'none', spanNulls: false, insertNulls: false, showPoints: 'auto', pointSize: 5,
    stacking: { mode: 'none', group: 'A' }, axisPlacement: 'auto', axisLabel: '', axisColorMode: 'text',
    axisBorderShow: false, scaleDistribution: { type: 'linear' }, axisCenteredZero: false, axisSoftMin: undefined, axisSoftMax: undefined,
    hideFrom: { tooltip: false, viz: false, legend: false }, thresholdsStyle: { mode: 'off' },
  },
  table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, width: undefined, minWidth: undefined, filterable: false, hidden: false },
};
const PLAIN = ['unit', 'min', 'max', 'decimals', 'displayName', 'color', 'noValue', 'links', 'mappings', 'thresholds', 'fieldMinMax'];

function registry(kind: string) {
  const item = (path: string, isCustom: boolean, defaultValue?: unknown) => ({
    id: isCustom ? `custom.${path}` : path, path, name: path, isCustom, defaultValue, description: '', editor: (() => null) as any,
    override: (() => null) as any, process: identityOverrideProcessor, shouldApply: () => true,
  });
  return new FieldConfigOptionsRegistry(() => [
    ...PLAIN.map((path) => item(path, false)),
    ...Object.entries(CUSTOM[kind] ?? {}).map(([path, value]) => item(path, true, value)),
  ] as any);
}

const VARIABLES: Record<string, string> = { console: 'http://127.0.0.1:8080' };
const replaced = (text: string, scoped?: any) =>
  text.replace(/\$\{?(\w+)(?:\.[\w[\]".]+)?\}?/g, (whole, name) => scoped?.[name]?.value?.raw ?? VARIABLES[name] ?? whole);

/** What a query answered, as the data source's frames. */
function frames(target: any, answer: any): DataFrame[] {
  if (answer.columns) {
    const field = ([name, type]: [string, string], at: number) => ({
      name, type: type as FieldType, config: {},
      values: answer.rows.map((row: any[]) => (type === 'time' && row[at] !== null ? Date.parse(utc(row[at])) : row[at])),
    });
    const fields: any[] = answer.columns.map(field);
    return [toDataFrame({ refId: target.refId, fields: target.format === 'time_series' ? widened(fields) : fields })];
  }
  const named = (labels: any) =>
    target.legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_: string, name: string) => labels[name] ?? '') ;
  if (target.format === 'table') {
    const labels = [...new Set<string>(answer.series.flatMap((one: any) => Object.keys(one.metric)))].sort();
    return [toDataFrame({
      refId: target.refId,
      fields: [
        { name: 'Time', type: FieldType.time, config: {}, values: answer.series.map((one: any) => one.value[0] * 1000) },
        ...labels.map((label) => ({ name: label, type: FieldType.string, config: { filterable: true }, values: answer.series.map((one: any) => one.metric[label] ?? '') })),
        { name: 'Value', type: FieldType.number, config: {}, values: answer.series.map((one: any) => Number(one.value[1])) },
      ],
    })];
  }
  return answer.series.map((one: any) => {
    const points = one.values ?? [one.value];
    const full = spaced(points, answer.step, Boolean(one.values));
    return toDataFrame({
      refId: target.refId,
      fields: [
        { name: 'Time', type: FieldType.time, config: { interval: answer.step * 1000 }, values: full.map((point: any) => point[0] * 1000) },
        { name: 'Value', type: FieldType.number, labels: one.metric, config: { displayNameFromDS: named(one.metric) }, values: full.map((point: any) => (point[1] === null ? null : Number(point[1]))) },
      ],
    });
  });
}

/** Of time, metric and value: one field for each metric, as the data source answers. */
function widened(fields: any[]) {
  const [time, metric, value] = fields;
  if (metric?.name !== 'metric') {
    return fields;
  }
  const times = [...new Set<number>(time.values)];
  const rows = new Map(times.map((at, row) => [at, row]));
  const wide = new Map<string, any>();
  metric.values.forEach((name: string, row: number) => {
    if (!wide.has(name)) {
      wide.set(name, { ...value, name, values: times.map(() => null) });
    }
    wide.get(name).values[rows.get(time.values[row])!] = value.values[row];
  });
  return [{ ...time, values: times }, ...wide.values()];
}

const utc = (text: string) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);

/** With a gap where a sample is missing, as the data source answers. */
function spaced(points: any[], step: number, isRange: boolean) {
  if (!isRange) {
    return points;
  }
  const full: any[] = [];
  for (const point of points) {
    const last = full[full.length - 1];
    if (last && point[0] - last[0] > step * 1.5) {
      full.push([last[0] + step, null]);
    }
    full.push(point);
  }
  return full;
}

async function prepared(panel: any): Promise<DataFrame[]> {
  const answers = data.panels[String(panel.id)] ?? {};
  const raw = (panel.targets ?? []).flatMap((target: any) => frames(target, answers[target.refId]));
  const changed: DataFrame[] = await new Promise((done) =>
    transformDataFrame(panel.transformations ?? [], raw, { interpolate: (text: string) => text }).subscribe(done)
  );
  return applyFieldOverrides({
    data: changed,
    fieldConfig: panel.fieldConfig as { defaults: any; overrides: ConfigOverrideRule[] },
    fieldConfigRegistry: registry(panel.type), replaceVariables: replaced, theme, timeZone: zone,
  });
}

const CELL = 30, GAP = 8, WIDE = 1920 - 32;

function Board({ panels }: { panels: Array<[any, DataFrame[]]> }) {
  const column = (WIDE - GAP * 23) / 24;
  return (
    <div style={{ background: theme.colors.background.canvas, minHeight: '100vh', padding: 16, color: theme.colors.text.primary }}>
      <h3>{board.title}</h3>
      <div style={{ position: 'relative' }}>
        {panels.map(([panel, drawn]) => {
          const { x, y, w, h } = panel.gridPos;
          const width = w * column + (w - 1) * GAP, height = h * CELL + (h - 1) * GAP;
          return (
            <div key={panel.id} style={{ position: 'absolute', left: x * (column + GAP), top: y * (CELL + GAP), width, height }}>
              <PanelChrome width={width} height={height} title={panel.title} description={panel.description}>
                {(inner: number, high: number) => (
                  <Drawn panel={panel} frames={drawn} width={inner} height={high} theme={theme} zone={zone} shown={shown} />
                )}
              </PanelChrome>
            </div>
          );
        })}
      </div>
    </div>
  );
}

(async () => {
  // Grafana measures texts in this font, and so must they be drawn.
  await Promise.all(['400 13px Inter', '500 13px Inter'].map((font) => document.fonts.load(font)));
  const panels: Array<[any, DataFrame[]]> = [];
  for (const panel of board.panels) {
    panels.push([panel, await prepared(panel)]);
  }
  const context: any = { eventsScope: 'draw', eventBus: { publish() {}, subscribe: () => ({ unsubscribe() {} }), getStream: () => ({ subscribe: () => ({ unsubscribe() {} }), pipe: () => ({ subscribe: () => ({ unsubscribe() {} }) }) }), removeAllListeners() {}, newScopedBus: () => context.eventBus } };
  window.onerror = (said) => { document.title = String(said); };
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <PanelContextProvider value={context}>
        <Board panels={panels} />
      </PanelContextProvider>
    </ThemeContext.Provider>
  );
})().catch((error) => {
  document.body.innerText = String(error.stack);
});
