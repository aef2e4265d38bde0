import { sentences } from '../../shared/text.ts';

export const say = sentences('profile', {
  mustBePath: {
    en: 'must be a path such as data.level, sensors.0.level, sensors[name=soil].level or "air temp".value',
    ja: 'は data.level、sensors.0.level、sensors[name=soil].level、"air temp".value のようなパスで指定してください',
  },
  mustHaveAtMostSteps: { en: 'must not have more than {max} steps', ja: 'の階層は{max}段までです' },
  path: {
    en: 'The path to the value: names joined by dots. A name with dots or blanks stands in double quotes. In a list, a number from 0, or [member=value].',
    ja: '値へのパス。名前を「.」でつなぎます。「.」や空白を含む名前は二重引用符で囲みます。配列では0から始まる番号か、[項目=値]で指定します。',
  },
  quantity: { en: 'The name of the quantity in the reading.', ja: '測定値での項目名。' },
  mustBeQuantity: { en: 'must be the name of a quantity', ja: 'は項目名で指定してください' },
  mustBeQuantityName: {
    en: 'must be letters and digits, such as "level" or "windSpeed", at most 64',
    ja: 'は "level" や "windSpeed" のような文字と数字で指定してください（64字まで）',
  },
  mustNotBeQuality: {
    en: 'must not be "quality", the name of a reading\'s own mark',
    ja: 'に "quality" は使えません（測定値の品質を表す名前です）',
  },
  unit: {
    en: 'The SenML unit (RFC 8428, RFC 8798) after scale and offset.',
    ja: '倍率とオフセットを適用した後のSenML単位（RFC 8428、RFC 8798）。',
  },
  scale: { en: 'The number is multiplied by this.', ja: '数値に掛ける倍率。' },
  offset: { en: 'This is added to the number after scaling.', ja: '倍率を掛けた後に加える値。' },
  type: {
    en: 'What the value is: "number", "text" or "boolean".',
    ja: '値の型。"number"（数値）、"text"（文字列）、"boolean"（真偽値）。',
  },
  mustBeFields: { en: 'must be a list of fields', ja: 'はフィールドのリストで指定してください' },
  mustHaveAtMostFields: {
    en: 'must not have more than {max} fields',
    ja: 'に指定できるフィールドは{max}件までです',
  },
  mustNotRepeat: { en: 'must not give a quantity twice', ja: 'に同じ項目を重ねて指定できません' },
  optional: {
    en: 'Whether the value may be missing; without it, a missing one is counted as rubbish.',
    ja: '値がないことがあるか。false の場合、値がなければ不良データとして数えます。',
  },
  timeFormat: {
    en: 'How the time is written: "iso" (ISO 8601; slashes, no colons, a comma are fine), "epoch-s", "epoch-ms", or a pattern such as "DD.MM.YY hh:mm:ss".',
    ja: '時刻の書式。"iso"（ISO 8601。スラッシュ、コロンなし、小数点のコンマも可）、"epoch-s"、"epoch-ms"、または "YY年MM月DD日 hh:mm:ss" のようなパターン。',
  },
  mustBeTimeFormat: {
    en: 'must be "iso", "epoch-s", "epoch-ms" or a pattern with YYYY (or YY), MM, DD, hh and mm once each, such as "YYYY/MM/DD hh:mm:ss"',
    ja: 'は "iso"、"epoch-s"、"epoch-ms"、または YYYY（YY）、MM、DD、hh、mm を1回ずつ含む "YYYY/MM/DD hh:mm:ss" のようなパターンで指定してください',
  },
  timeZone: {
    en: 'The zone of the device\'s clock, if the time names none: "Asia/Tokyo", "+09:00".',
    ja: '時刻に時差の指定がない場合の、機器の時計のタイムゾーン: "Asia/Tokyo"、"+09:00" など。',
  },
  mustBeZone: {
    en: 'must be a time zone such as "Asia/Tokyo" or "+09:00"',
    ja: 'は "Asia/Tokyo" や "+09:00" のようなタイムゾーンで指定してください',
  },
  mustBePattern: { en: 'must be a regular expression', ja: 'は正規表現で指定してください' },
  mustBeQuick: {
    en: 'is too large for lines of {bytes} bytes, which could hold up the gateway: with this pattern they may have at most {max} (max-line-bytes); repeats of hundreds make a pattern large',
    ja: 'は{bytes}バイトの行には大きすぎ、ゲートウェイ全体を遅らせるおそれがあります。このパターンで扱える行は{max}バイトまでです（max-line-bytes）。何百回もの繰り返し指定はパターンを大きくします',
  },
  mustBeRe2: {
    en: 'must be a regular expression that RE2 accepts: see https://github.com/google/re2/wiki/Syntax',
    ja: 'はRE2で使える正規表現で指定してください（https://github.com/google/re2/wiki/Syntax を参照）',
  },
  mustHaveNumberFields: {
    en: 'must have the number fields of its kind: level or distance for water-level, entered and left for people-count, lat and lon for position',
    ja: 'には種別に応じた数値フィールドが必要です（water-levelはlevelまたはdistance、people-countはenteredとleft、positionはlatとlon）',
  },

  lppEmpty: { en: 'the payload is empty', ja: 'ペイロードが空です' },
  lppNoType: { en: 'channel {channel} has no type', ja: 'チャンネル{channel}に型がありません' },
  lppUnknownType: {
    en: 'type {type} of channel {channel} is unknown',
    ja: 'チャンネル{channel}の型{type}は不明です',
  },
  lppCutShort: {
    en: '{name} of channel {channel} is cut short',
    ja: 'チャンネル{channel}の{name}が途中で切れています',
  },
});
