import { sentences } from '../text.ts';

export const say = sentences('enrolment', {
  mustBeOperatorId: {
    en: 'must be 1 to 32 of a-z, 0-9 and "-", beginning with a letter or digit',
    ja: '英小文字・数字・ハイフンの1〜32文字（先頭は英小文字か数字）でなければなりません',
  },
  mustBeHex: { en: 'must be {digits} hexadecimal digits', ja: '16進数{digits}桁でなければなりません' },
  mustBeMatch: {
    en: 'must be at most 64 bytes, each two hexadecimal digits or ".." for any',
    ja: '64バイトまでで、各バイトは16進数2桁か「..」（任意）でなければなりません',
  },
  mustBeServiceUuid: {
    en: 'must be a UUID of 4, 8 or 32 hexadecimal digits',
    ja: '16進数4桁・8桁・32桁のUUIDでなければなりません',
  },
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
