import { sentences } from '../../shared/text.ts';

export const say = sentences('gps', {
  summary: { en: 'GPS (GNSS) receiver, NMEA 0183', ja: 'GPS（GNSS）受信機、NMEA 0183' },
  minInterval: {
    en: 'Report a position at most this often, unless the receiver moved by min-distance-m; "0s" means no limit.',
    ja: '位置を出力する最短間隔。min-distance-m以上移動した場合は間隔にかかわらず出力します。"0s"は制限なし。',
  },
  minDistance: {
    en: 'Report a position whenever the receiver has moved this many metres; 0 leaves it to min-interval.',
    ja: 'この距離（m）を移動するたびに位置を出力します。0の場合はmin-intervalだけに従います。',
  },
  mustBeMetres: { en: 'must be a number of metres', ja: 'はメートル単位の数値で指定してください' },
  deriveSpeed: {
    en: 'Compute the speed from the distance moved if the receiver gives none.',
    ja: '受信機が速度を出力しない場合に、移動距離から速度を計算します。',
  },
  pending: {
    en: 'A silence of this length ends an epoch, even if more sentences could follow.',
    ja: 'この時間だけ受信が途切れると、文がまだ続きうる場合でも測位1回分の区切りとみなします。',
  },
  notBefore: {
    en: 'A date before this one means that the receiver has miscounted its weeks; it is corrected.',
    ja: '受信機の日付がこの日より前の場合、週番号のずれとみなして補正します。',
  },
  mustBeDate: { en: 'must be a date such as "2024-01-01"', ja: 'は "2024-01-01" のような日付で指定してください' },

  checksum: {
    en: '"optional" also takes sentences without a checksum; one that is there is always checked.',
    ja: '"optional" の場合、チェックサムのない文も受け入れます。チェックサムがある場合は必ず検査します。',
  },
  noChecksum: { en: 'the sentence has no checksum', ja: '文にチェックサムがありません' },
  badChecksum: {
    en: 'the checksum is {given}, but the content gives {computed}',
    ja: 'チェックサムは{given}ですが、内容からは{computed}になります',
  },
  noTime: { en: 'the sentence has a position but no time', ja: '文に位置がありますが、時刻がありません' },
  noDateYet: {
    en: 'the receiver has not given a date yet; decode --date names the day of the recording',
    ja: '受信機からまだ日付が得られていません。decode --date で記録日を指定できます',
  },
  notATime: {
    en: '{type}: field {field} "{text}" is not a time of day hhmmss',
    ja: '{type}: フィールド{field}の "{text}" は時刻（hhmmss）ではありません',
  },
  notAnAngle: {
    en: '{type}: field {field} "{text}" is not an angle in degrees and minutes',
    ja: '{type}: フィールド{field}の "{text}" は度分形式の角度ではありません',
  },
  notAHemisphere: {
    en: '{type}: field {field} "{text}" is not one of {letters}',
    ja: '{type}: フィールド{field}の "{text}" は{letters}のいずれでもありません',
  },
});
