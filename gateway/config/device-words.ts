import { sentences } from '../../shared/text.ts';

/** What a device's settings say together. */
export const say = sentences('config.device', {
  nothingToCross: {
    en: 'it has no threshold, so it is never asked at these times',
    ja: 'しきい値がないため、この時刻に問い合わせることはありません',
  },
  addThreshold: {
    en: 'Add a [[device.threshold]], or remove it',
    ja: '[[device.threshold]] を追加するか、削除してください',
  },
  notCron: { en: '"{schedule}" is not a cron expression', ja: '"{schedule}" はcron式ではありません' },
  writeCron: {
    en: 'Write minute hour day month weekday: "*/10 * * * *" is every ten minutes',
    ja: '「分 時 日 月 曜日」の順に書きます。"*/10 * * * *" は10分ごとです',
  },
  neverAsked: {
    en: 'device "{device}" is never asked: its interval is "0s" and it has no schedule',
    ja: '機器 "{device}" に問い合わせる時がありません（interval が "0s" で schedule がありません）',
  },
  addSchedule: {
    en: 'Give it an interval such as "10s", or a schedule',
    ja: 'interval（例: "10s"）か schedule を指定してください',
  },
  notAsked: {
    en: 'a device of type {type} sends by itself and is not asked, so {name} does nothing',
    ja: '種類 {type} の機器は自分から送信するため、{name} は働きません',
  },
  noQuantity: {
    en: 'device "{device}" has no quantity "{quantity}"',
    ja: '機器 "{device}" に項目 "{quantity}" はありません',
  },
  lowUnsaid: {
    en: 'the alarm "{alarm}" is raised at {raise} and cleared at {clear}, which is right for low values only',
    ja: '警報 "{alarm}" は {raise} で発報、{clear} で解除となっており、低い値の警報でしか成り立ちません',
  },
  sayBelow: {
    en: 'If low values raise it, add when = "below". Otherwise let clear be below raise',
    ja: '低い値の警報なら when = "below" を追加してください。高い値の警報なら clear を raise より小さくしてください',
  },
  clearAbove: {
    en: 'clear ({clear}) is above raise ({raise}), but high values raise this alarm',
    ja: '高い値の警報なのに clear（{clear}）が raise（{raise}）より大きくなっています',
  },
  clearBelow: {
    en: 'clear ({clear}) is below raise ({raise}), but low values raise this alarm',
    ja: '低い値の警報なのに clear（{clear}）が raise（{raise}）より小さくなっています',
  },
  swapRaiseAndClear: {
    en: 'Swap raise and clear, or correct when',
    ja: 'raise と clear を入れ替えるか、when を修正してください',
  },
  neverRaised: {
    en: 'the alarm "{alarm}" can never be raised: a good {quantity} lies between {min} and {max}, and raise is {raise}',
    ja: '警報 "{alarm}" は決して出ません。{quantity} の正常な値は {min}～{max} ですが、raise が {raise} です',
  },
  neverCleared: {
    en: 'the alarm "{alarm}" can never be cleared: a good {quantity} lies between {min} and {max}, and clear is {clear}',
    ja: '警報 "{alarm}" は決して解除されません。{quantity} の正常な値は {min}～{max} ですが、clear が {clear} です',
  },
  withinBounds: {
    en: "Correct the threshold, the device's range, or its height",
    ja: 'しきい値、機器の range、または設置高さを修正してください',
  },
  halfPlace: {
    en: 'the place has {there} but no {lacking}',
    ja: 'place に {there} はありますが、{lacking} がありません',
  },
  addHalf: {
    en: 'Add {lacking}, or remove {there}',
    ja: '{lacking} を追加するか、{there} を削除してください',
  },
  upsideDown: { en: 'min is above max', ja: 'min が max より大きくなっています' },
  swap: { en: 'Swap them', ja: '入れ替えてください' },
  alarmTaken: {
    en: 'the device already has an alarm "{alarm}"',
    ja: 'この機器には警報 "{alarm}" がすでにあります',
  },
  alarmReserved: {
    en: 'the gateway itself raises the alarm "{alarm}"',
    ja: '警報 "{alarm}" はゲートウェイ自身が使います',
  },
  ownAlarm: { en: 'Give each alarm a name of its own', ja: '警報ごとに別の名前にしてください' },
});
