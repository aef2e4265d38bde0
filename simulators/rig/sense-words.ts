import { sentences } from '../../shared/text.ts';

/** What the senses are and their settings mean. */
export const say = sentences('rig.sense', {
  mustBeSense: {
    en: 'must be a number, or a table that begins with is = "constant", "wave", "series" …',
    ja: 'は数値、または is = "constant"、"wave"、"series" などで始まるテーブルで指定してください',
  },
  scale: { en: 'Multiplies what is sensed.', ja: '感知した値に掛ける係数。' },
  offset: { en: 'Added to it.', ja: '加える値。' },
  noise: { en: 'Standard deviation of noise that is added.', ja: '加える雑音の標準偏差。' },
  senseSeed: { en: "Another world than the rig's.", ja: 'リグとは別の世界にするための乱数の種。' },
  constant: { en: 'Always the same; a bare number stands for it.', ja: '一定の値（数値だけを書いても同じ）。' },
  constantValue: { en: 'The value.', ja: '値。' },
  nothing: { en: 'Nothing is sensed: no echo, no satellite.', ja: '何も感知しない（反射なし、衛星なし）。' },
  ramp: { en: 'From one value to another.', ja: 'ある値から別の値への変化。' },
  rampFrom: { en: 'The value before.', ja: '変化前の値。' },
  rampTo: { en: 'The value after.', ja: '変化後の値。' },
  rampAfter: { en: 'When it begins to change.', ja: '変化が始まる時刻。' },
  rampTakes: { en: 'How long that takes.', ja: '変化にかかる時間。' },
  wave: { en: 'Up and down, as a sine.', ja: '正弦波。' },
  waveAround: { en: 'Its middle.', ja: '中心の値。' },
  waveHeight: { en: 'How far up and down.', ja: '振幅。' },
  wavePeriod: { en: 'Its period.', ja: '周期。' },
  series: { en: 'A recorded series: a table (CSV) with times and values.', ja: '記録した時系列（時刻と値のCSV）。' },
  seriesFile: { en: 'The table, relative to this file.', ja: 'CSVファイル（このファイルからの相対パス）。' },
  seriesTime: { en: 'Column of the times: seconds, or ISO 8601.', ja: '時刻の列（秒またはISO 8601）。' },
  seriesValue: { en: 'Column of the values.', ja: '値の列。' },
  seriesSpeed: { en: 'Seconds of the recording per second of the rig.', ja: 'リグの1秒あたりに進む記録の秒数。' },
  seriesLoop: { en: 'Whether it begins again at its end.', ja: '終わりに達したら最初から繰り返すか。' },
  seriesBetween: {
    en: 'Whether values between are on the line; else each holds until the next.',
    ja: '値の間を直線で補うか。false なら次の値まで保ちます。',
  },
  flood: {
    en: 'A river that floods once an hour of the world, metres above datum.',
    ja: '世界の1時間ごとに増水する川の水位（基準面からのメートル）。',
  },
  crowd: { en: 'People who pass, in rushes.', ja: '波のある人の流れ。' },
  perMinute: { en: 'On average per minute of the world.', ja: '世界の1分あたりの平均人数。' },
  weather: {
    en: "A mild day: temperature °C, humidity %, pressure hPa, by the quantity's name.",
    ja: '穏やかな一日の気温（°C）、湿度（%）、気圧（hPa）。量の名前で決まります。',
  },
  town: {
    en: 'Of a tag: metres from whoever carries it, on a walk about a town, to a detector. The same tag walks the same way for every detector.',
    ja: 'タグ用: 町を歩く持ち主から検知器までの距離（メートル）。同じタグは、どの検知器に対しても同じ経路を歩きます。',
  },
  townDetector: { en: "Which of the town's detectors this is, from 0.", ja: '町の検知器のうち何番目か（0から）。' },
  townDetectors: { en: 'How many the town has: its size follows.', ja: '町の検知器の数。町の広さもこれで決まります。' },
});
