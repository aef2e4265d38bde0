import { sentences } from '../text.ts';

export const say = sentences('signing', {
  tooLarge: {
    en: 'a signed message of more than {max} bytes',
    ja: '署名付きメッセージが上限（{max}バイト）を超えています',
  },
  notSign1: { en: 'not a signed message (COSE_Sign1)', ja: '署名付きメッセージ（COSE_Sign1）の形式ではありません' },
  otherAlgorithm: {
    en: 'signed by another algorithm than EdDSA',
    ja: 'EdDSA以外のアルゴリズムで署名されています',
  },
  foreignHeader: {
    en: 'a signed message with a header that is not of this contract',
    ja: 'この取り決めにないヘッダーを含む署名付きメッセージです',
  },
});
