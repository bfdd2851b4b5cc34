/**
 * An axis of time since a run began, in the unit that fits.
 *
 * @module
 */
import { type Scale, scaleOf } from "./scales.ts";

const UNITS = [
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1000],
] as const;

/** A scale over milliseconds whose names are in seconds, minutes, hours or days. */
export function timeAxis(
  [from, to]: readonly [number, number],
  range: readonly [number, number],
): { name: string; scale: Scale } {
  const [name, unit] = UNITS.find(([, ms]) => to - from >= 2 * ms) ??
    ["milliseconds", 1];
  const scale = scaleOf({
    domain: [from / unit, to / unit],
    range,
    ticks: 6,
  });
  const [start, end] = scale.domain;
  return {
    name: `time, ${name}`,
    scale: {
      ...scale,
      at: (value) => scale.at(value / unit),
      ticks: scale.ticks.map(({ value, text }) => ({
        value: value * unit,
        text,
      })),
      domain: [start * unit, end * unit],
    },
  };
}
