// One panel. What @grafana/ui has is its own; the rest is drawn by hand from the same field values.
import { DataFrame, FieldType, getFieldDisplayName, getFieldDisplayValues, formattedValueToString } from '@grafana/data';
import { BarGauge, BigValue, Table, TimeSeries, TooltipDisplayMode, VizRepeater } from '@grafana/ui';
import { Component } from 'react';

export interface Given {
  panel: any; frames: DataFrame[]; width: number; height: number; theme: any; zone: string; shown: any;
}

export class Drawn extends Component<Given, { wrong?: string }> {
  state: { wrong?: string } = {};
  static getDerivedStateFromError(error: Error) {
    return { wrong: String(error.stack) };
  }
  render() {
    if (this.state.wrong) {
      return <pre style={{ color: 'red', whiteSpace: 'pre-wrap' }}>{this.state.wrong}</pre>;
    }
    const Kind = KINDS[this.props.panel.type];
    return Kind ? <Kind {...this.props} /> : <p>no such panel: {this.props.panel.type}</p>;
  }
}

function values({ panel, frames, theme, zone }: Given) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, replaceVariables: (text: string) => text,
    theme, data: frames, timeZone: zone, sparkline: panel.options.graphMode === 'area',
  });
}

function repeated(given: Given, orientation: any, one: (at: { value: any; width: number; height: number; count: number }) => any, extra = {}) {
  return (
    <VizRepeater
      getValues={() => values(given)} source={given.frames} width={given.width} height={given.height} renderCounter={0}
      orientation={orientation} itemSpacing={3} {...extra}
      renderValue={({ value, width, height, count }: any) => one({ value, width, height, count })}
    />
  );
}

const Stat = (given: Given) => repeated(given, given.panel.options.orientation, ({ value, width, height, count }) => (
  <BigValue
    value={value.display} width={width} height={height} count={count} theme={given.theme} sparkline={value.sparkline}
    colorMode={given.panel.options.colorMode} graphMode={given.panel.options.graphMode}
    justifyMode={given.panel.options.justifyMode} textMode={given.panel.options.textMode} wideLayout={true}
  />
));

/** By hand: the real one draws with a plugin of jQuery that lies in no package. */
const Dial = (given: Given) => repeated(given, given.panel.options.orientation, ({ value, width, height }) => {
  const { min, max } = value.field, share = Math.min(Math.max((value.display.numeric - min) / (max - min), 0), 1);
  const radius = Math.min(width / 2, height) * 0.75, x = width / 2, y = height * 0.88;
  const arc = (of: number) => `M${x - radius} ${y} A${radius} ${radius} 0 0 1 ${x - radius * Math.cos(Math.PI * of)} ${y - radius * Math.sin(Math.PI * of)}`;
  return (
    <svg width={width} height={height}>
      <path d={arc(1)} stroke={given.theme.colors.background.secondary} strokeWidth={24} fill="none" />
      <path d={arc(share)} stroke={value.display.color} strokeWidth={24} fill="none" />
      <text x={x} y={y - 6} textAnchor="middle" fontSize={28} fill={value.display.color}>{formattedValueToString(value.display)}</text>
    </svg>
  );
});

const Bars = (given: Given) => repeated(given, given.panel.options.orientation, ({ value, width, height }) => (
  <BarGauge
    value={value.display} width={width} height={height} theme={given.theme} field={value.field} itemSpacing={10} lcdCellWidth={8}
    display={value.view?.getFieldDisplayProcessor(value.colIndex)} text={given.panel.options.text}
    orientation={given.panel.options.orientation} displayMode={given.panel.options.displayMode}
    showUnfilled={given.panel.options.showUnfilled} valueDisplayMode={given.panel.options.valueMode}
    namePlacement={given.panel.options.namePlacement}
    alignmentFactors={longest(given)}
  />
), { minVizHeight: given.panel.options.minVizHeight ?? 16, minVizWidth: 8, itemSpacing: 10 });

function longest(given: Given) {
  const all = values(given).map((one: any) => one.display);
  const most = (texts: string[]) => texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  return { text: most(all.map(formattedValueToString)), title: most(all.map((one: any) => one.title ?? '')) };
}

const Rows = ({ panel, frames, width, height }: Given) =>
  frames.length === 0 || frames[0].fields.length === 0 ? <p>{panel.fieldConfig.defaults.noValue}</p> : (
    <Table
      data={frames[0]} width={width} height={height} columnMinWidth={150} cellHeight={panel.options.cellHeight}
      noHeader={!panel.options.showHeader} initialSortBy={panel.options.sortBy} enableSharedCrosshair={false}
    />
  );

const Lines = ({ panel, frames, width, height, zone, shown }: Given) =>
  frames.length === 0 ? <p style={{ padding: 16 }}>No data</p> : (
    <TimeSeries
      frames={frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => ({ ...field, state: { ...field.state, displayName: null, multipleFrames: frames.length > 1 } })) }))}
      structureRev={1} width={width} height={height} timeRange={shown} timeZone={zone} legend={panel.options.legend}
      options={{ tooltip: { mode: TooltipDisplayMode.Multi } } as any}
    >
      {() => null}
    </TimeSeries>
  );

const Written = ({ panel }: Given) => <div>{panel.options.content}</div>;

/** Bars side by side or one upon another, by hand. */
function BarChart({ panel, frames, width, height, theme }: Given) {
  const frame = frames[0];
  if (!frame || frame.length === 0) {
    return <p style={{ padding: 16 }}>No data</p>;
  }
  const name = frame.fields.find((field) => field.name === panel.options.xField) ?? frame.fields.find((field) => field.type === FieldType.string) ?? frame.fields[0];
  const figures = frame.fields.filter((field) => field !== name && field.type === FieldType.number);
  const isStacked = panel.options.stacking === 'normal';
  const across = panel.options.orientation === 'horizontal';
  const colours = figures.map((field, at) => field.config.color?.mode === 'fixed' ? theme.visualization.getColorByName(field.config.color.fixedColor!) : theme.visualization.getColorByName(theme.visualization.palette[at]));
  const total = (row: number) => figures.reduce((sum, field) => (isStacked ? sum + (field.values[row] ?? 0) : Math.max(sum, field.values[row] ?? 0)), 0);
  const most = Math.max(...Array.from({ length: frame.length }, (_, row) => total(row)), 1e-9);
  const legend = 24, left = across ? 150 : 50, below = across ? 20 : 26;
  const long = across ? width - left - 60 : height - legend - below - 10;
  const each = (across ? height - legend - below : width - left) / frame.length;
  const shapes: any[] = [];
  for (let row = 0; row < frame.length; row++) {
    let from = 0;
    const said = formattedValueToString(name.display!(name.values[row]));
    shapes.push(across
      ? <text key={`t${row}`} x={left - 6} y={row * each + each / 2 + 4} textAnchor="end">{said}</text>
      : <text key={`t${row}`} x={left + row * each + each / 2} y={height - legend - 8} textAnchor="middle">{said}</text>);
    figures.forEach((field, at) => {
      const value = field.values[row] ?? 0, size = (value / most) * long;
      const thick = (each * 0.8) / (isStacked ? 1 : figures.length), off = each * 0.1 + (isStacked ? 0 : at * thick);
      const text = value === 0 ? '' : formattedValueToString(field.display!(value));
      if (across) {
        shapes.push(<rect key={`${row}-${at}`} x={left + from} y={row * each + off} width={size} height={thick} fill={colours[at]} />);
        shapes.push(<text key={`v${row}-${at}`} x={left + from + size + (isStacked ? -4 : 4)} y={row * each + off + thick / 2 + 4} textAnchor={isStacked ? 'end' : 'start'}>{text}</text>);
      } else {
        const y = 10 + long - from - size;
        shapes.push(<rect key={`${row}-${at}`} x={left + row * each + off} y={y} width={thick} height={size} fill={colours[at]} />);
        shapes.push(<text key={`v${row}-${at}`} x={left + row * each + off + thick / 2} y={isStacked ? y + 12 : y - 3} textAnchor="middle">{text}</text>);
      }
      from += isStacked ? size : 0;
    });
  }
  return (
    <svg width={width} height={height} fontSize={12} fill={theme.colors.text.primary}>
      {shapes}
      {figures.map((field, at) => (
        <g key={at} transform={`translate(${left + at * 160}, ${height - 8})`}>
          <rect width={14} height={4} y={-6} fill={colours[at]} /><text x={20}>{getFieldDisplayName(field, frame, frames)}</text>
        </g>
      ))}
    </svg>
  );
}

/** A line for each field after the time, a stretch for each value, by hand. */
function StateTimeline({ panel, frames, width, height, theme, shown }: Given) {
  const lines = frames.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time)!;
    return frame.fields.filter((field) => field !== time).map((field) => ({ time, field, name: getFieldDisplayName(field, frame, frames) }));
  });
  if (lines.length === 0) {
    return <p style={{ padding: 16 }}>No data</p>;
  }
  const left = Math.min(280, Math.max(...lines.map((line) => [...line.name].reduce((sum, c) => sum + (c > '⺀' ? 12.5 : 7), 0))) + 12);
  const each = (height - 60) / lines.length, from = shown.from.valueOf(), to = shown.to.valueOf();
  const x = (at: number) => left + ((Math.min(Math.max(at, from), to) - from) / (to - from)) * (width - left - 10);
  const legend = new Map<string, string>();
  const shapes: any[] = [];
  lines.forEach(({ time, field, name }, row) => {
    shapes.push(<text key={row} x={left - 6} y={row * each + each / 2 + 4} textAnchor="end">{name}</text>);
    let at = 0;
    while (at < field.values.length) {
      let next = at + 1;
      while (next < field.values.length && (field.values[next] === field.values[at] || field.values[next] === undefined)) {
        next++;
      }
      if (field.values[at] !== null && field.values[at] !== undefined) {
        const shownAs = field.display!(field.values[at]), text = formattedValueToString(shownAs);
        const start = x(time.values[at]), end = next < time.values.length ? x(time.values[next]) : x(to);
        legend.set(text, shownAs.color!);
        shapes.push(<rect key={`${row}-${at}`} x={start} y={row * each + each * 0.05} width={Math.max(end - start, 1)} height={each * (panel.options.rowHeight ?? 0.9)} fill={shownAs.color} opacity={(panel.fieldConfig.defaults.custom?.fillOpacity ?? 70) / 100} />);
        if (panel.options.showValue !== 'never' && end - start > text.length * 9 + 8) {
          shapes.push(<text key={`w${row}-${at}`} x={start + 4} y={row * each + each / 2 + 4}>{text}</text>);
        }
      }
      at = next;
    }
  });
  let off = left;
  return (
    <svg width={width} height={height} fontSize={12} fill={theme.colors.text.primary}>
      {shapes}
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <text key={share} x={left + share * (width - left - 40)} y={height - 42} fill={theme.colors.text.secondary}>{new Date(from + share * (to - from) + 8 * 3600e3).toISOString().slice(5, 10)}</text>
      ))}
      {[...legend].map(([text, colour]) => {
        const here = off;
        off += 40 + text.length * 10;
        return <g key={text} transform={`translate(${here}, ${height - 12})`}><rect width={12} height={12} y={-10} fill={colour} /><text x={18}>{text}</text></g>;
      })}
    </svg>
  );
}

const Alerts = ({ theme }: Given) => <p style={{ padding: 16, color: theme.colors.text.secondary }}>(alert list: rules and their states come from Grafana itself)</p>;

const KINDS: Record<string, (given: Given) => any> = {
  stat: Stat, gauge: Dial, bargauge: Bars, table: Rows, timeseries: Lines, text: Written, barchart: BarChart,
  'state-timeline': StateTimeline, alertlist: Alerts,
};
