import { sentences } from '../../shared/text.ts';

export const say = sentences('words', {
  isMissing: { en: 'is missing', ja: 'が指定されていません' },
  isUnknown: { en: 'is not known here', ja: 'は使えません' },
  didYouMean: { en: 'Did you mean {meant}?', ja: '{meant} の誤りではありませんか' },
  removeIt: { en: 'Remove it', ja: '削除してください' },
  removeItOrUseOneOf: {
    en: 'Remove it, or use one of: {known}',
    ja: '削除するか、次のいずれかにしてください: {known}',
  },
  useOneOf: { en: 'Use one of: {known}', ja: '次のいずれかを指定してください: {known}' },
});
