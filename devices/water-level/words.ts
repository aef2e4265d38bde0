import { sentences } from '../../shared/text.ts';

export const say = sentences('water-level', {
  summary: { en: 'MaxBotix ultrasonic water-level sensor', ja: 'MaxBotix 超音波水位センサー' },
  mountingHeight: {
    en: "Height of the sensor's face above the gauge's datum, in metres: the level is this minus the distance.",
    ja: '水位基準面からセンサー面までの高さ（m）。この値から距離を引いたものが水位になります。',
  },
  measureHeight: {
    en: "Replace mounting-height-m by the height of the sensor's face above the gauge's datum, in metres.",
    ja: 'mounting-height-m を、水位基準面からセンサー面までの高さ（m）に書き換えてください。',
  },
  measureHeightAndUnit: {
    en: "Replace mounting-height-m by the height of the sensor's face above the gauge's datum, in metres. Three digits are centimetres or, of LV-MaxSonar models, inches: measure once, and set unit.",
    ja: 'mounting-height-m を、水位基準面からセンサー面までの高さ（m）に書き換えてください。3桁の値はセンチメートル、LV-MaxSonarではインチです。一度実測して unit を設定してください。',
  },
  mustBeHeight: {
    en: "must be the height of the sensor's face above the gauge's datum, in metres",
    ja: 'は水位基準面からセンサー面までの高さをメートルで指定してください',
  },
  farHeight: {
    en: 'a sensor {height} m above the datum measures levels of {low} to {high} m only',
    ja: '水位基準面から{height} mの高さでは、測れる水位は{low}～{high} mだけです',
  },
  heightInMetres: {
    en: 'The height is in metres: write {metres} if that is what was meant. If the datum is as far below (sea level), leave it',
    ja: '高さはメートルで指定します。{metres} の誤りではありませんか。基準面がそれだけ下にある場合（標高など）は、このままで問題ありません',
  },
  unit: {
    en: 'What the sensor counts in: "mm" (four digits), "cm" (three digits, or four with a reach of 10 m) or "in" (three digits).',
    ja: 'センサーの出力単位。"mm"（4桁）、"cm"（3桁、測定範囲10 mの機種は4桁）または "in"（3桁）。',
  },
  medianOf: {
    en: 'A reading is the median of this many samples; an odd number, 1 for every sample as it is.',
    ja: '測定値はこの個数のサンプルの中央値です。奇数で指定し、1の場合はサンプルをそのまま使います。',
  },
  mustBeOdd: { en: 'must be an odd number of samples', ja: 'は奇数のサンプル数で指定してください' },
  reportInterval: {
    en: 'Give one reading in this time; "0s" gives one for every sample.',
    ja: '測定値を出力する間隔。"0s"の場合はサンプルごとに出力します。',
  },
  noTarget: {
    en: 'Distances that the sensor gives when it sees nothing; by default its reach: in mm 4999, 5000 (unless it has measured beyond 5 m), 9998 and 9999; in cm 7650 of three digits and 10680 of four; in inches 6451.6.',
    ja: '対象を検出できないときにセンサーが出力する距離。既定値は最大測定距離。mmでは4999、5000（5 mを超える測定があった場合を除く）、9998、9999、cmでは3桁で7650、4桁で10680、インチでは6451.6。',
  },
  mustBeMillimetres: {
    en: 'must be a distance in millimetres',
    ja: 'はミリメートル単位の距離で指定してください',
  },
});
