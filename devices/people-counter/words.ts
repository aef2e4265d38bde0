import { sentences } from '../../shared/text.ts';

export const say = sentences('people-counter', {
  summary: { en: 'People counter with totals in text lines', ja: '人流カウンター（積算値テキスト出力）' },
  pattern: {
    en: 'Regular expression (RE2) of a whole line, with the groups "entered" and "left" around the totals.',
    ja: '1行全体に一致する正規表現（RE2）。積算値を "entered" と "left" のグループで囲みます。',
  },
  mustHaveGroups: {
    en: 'must have the groups (?P<entered>…) and (?P<left>…)',
    ja: 'には (?P<entered>…) と (?P<left>…) の両グループが必要です',
  },
  rollOver: {
    en: 'The number at which the totals restart from 0: 1000000 for six digits.',
    ja: '積算値が0に戻る値。6桁の場合は1000000。',
  },
  maxPerMinute: {
    en: 'The most people who can pass one way in a minute. Totals that change more are uncertain, and no more are counted.',
    ja: '1分間に片方向へ通過しうる人数の上限。これを超える積算値の変化は不確実とし、上限までしか数えません。',
  },
  badTotal: {
    en: 'a total is not a whole number below {rollOver}',
    ja: '積算値が{rollOver}未満の整数ではありません',
  },
});
