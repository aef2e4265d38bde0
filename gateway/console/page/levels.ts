/**
 * The five warning levels, as the Cabinet Office unified their numbers and the Japan Meteorological Agency their colours in 2020:
 * 5 black (12, 0, 12), 4 purple (170, 0, 170), 3 red (255, 40, 0), 2 yellow (242, 231, 0), 1 white. A river's reference levels
 * are 1 to 4. Colour alone tells nothing here: each level has its number and a pattern of its own.
 */

export type Level = 1 | 2 | 3 | 4 | 5;

export interface LevelLook {
  readonly colour: string;
  /** What can be read on it. */
  readonly ink: string;
  /** Lengths of stroke and pause of its line, px; unbroken if empty. The more urgent, the fuller. */
  readonly dash: readonly number[];
}

export const LOOKS: Readonly<Record<Level, LevelLook>> = {
  5: { colour: '#0c000c', ink: '#fff', dash: [] },
  4: { colour: '#aa00aa', ink: '#fff', dash: [16, 4] },
  3: { colour: '#ff2800', ink: '#000', dash: [10, 5] },
  2: { colour: '#f2e700', ink: '#000', dash: [6, 6] },
  1: { colour: '#fff', ink: '#000', dash: [2, 6] },
};

const RIVER: readonly (readonly [RegExp, Level])[] = [
  [/氾濫(発生|開始)/, 5],
  [/氾濫危険/, 4],
  [/避難判断/, 3],
  [/氾濫注意/, 2],
  [/水防団待機/, 1],
];

/** A river's reference levels, by the names that its alarms have; the lowest first. */
export const RIVER_LEVELS: readonly { readonly level: Level; readonly alarm: string }[] = [
  { level: 1, alarm: '水防団待機水位' },
  { level: 2, alarm: '氾濫注意水位' },
  { level: 3, alarm: '避難判断水位' },
  { level: 4, alarm: '氾濫危険水位' },
];

/** For sorting: the most urgent level first, then alarms without one. */
export function byLevel(a: string, b: string): number {
  return (levelOf(b) ?? 0) - (levelOf(a) ?? 0);
}

/** The level that an alarm's name tells: "氾濫注意水位", "警戒レベル3", "level 3". Undefined if it tells none: nothing is guessed. */
export function levelOf(alarm: string): Level | undefined {
  const name = alarm.normalize('NFKC');
  const told = /(?:レベル|\blevel)[\s_-]*([1-5])(?!\d)/i.exec(name)?.[1];
  if (told !== undefined) return Number(told) as Level; // a digit from 1 to 5
  return RIVER.find(([pattern]) => pattern.test(name))?.[1];
}
