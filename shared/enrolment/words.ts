import { sentences } from '../text.ts';

export const say = sentences('enrolment', {
  notTagId: { en: 'not a packed tag identifier', ja: 'タグの識別子の形式ではありません' },
  notSealed: { en: 'not a sealed identifier', ja: '暗号化された識別子の形式ではありません' },
  sealedForOther: {
    en: 'sealed to another key, or for another operator, detector or time',
    ja: '別の鍵、または別の事業者・検知器・時刻のために暗号化されています',
  },
  listTooLarge: {
    en: "an operators' list of more than {max} bytes",
    ja: '事業者一覧が上限（{max}バイト）を超えています',
  },
  notList: { en: "not an operators' list of this version", ja: 'この版の事業者一覧ではありません' },
  wrongSignature: {
    en: "the operators' list is not signed by the hub that this edge trusts",
    ja: '事業者一覧の署名が、信頼するハブのものではありません',
  },
});
