import { sentences } from '../../shared/text.ts';

export const say = sentences('intake', {
  readingTooLarge: {
    en: 'the reading has too many or too long values, or no valid time',
    ja: '測定値の項目が多すぎるか長すぎます。または時刻が不正です',
  },
  tooFast: {
    en: 'more comes than can be decoded',
    ja: '届く量が多すぎて、解読が追いつきません',
  },
  notOpenedYet: { en: 'not opened yet', ja: 'まだ開いていません' },
});
