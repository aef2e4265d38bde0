import { sentences } from '../../shared/text.ts';

export const say = sentences('intake', {
  notOpenedYet: { en: 'not opened yet', ja: 'まだ開いていません' },
});
