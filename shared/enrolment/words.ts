import { sentences } from '../text.ts';

export const say = sentences('enrolment', {
  mustBeOperatorId: {
    en: 'must be 1 to 32 of a-z, 0-9 and "-", beginning with a letter or digit',
    ja: 'は英小文字・数字・ハイフンの1〜32文字（先頭は英小文字か数字）で指定してください',
  },
  mustBeHex: { en: 'must be {digits} hexadecimal digits', ja: 'は16進数{digits}桁で指定してください' },
  mustBeMatch: {
    en: 'must be at most 64 bytes, each two hexadecimal digits or ".." for any',
    ja: 'は64バイト以内とし、各バイトを16進数2桁か「..」（任意の値）で指定してください',
  },
  mustBeServiceUuid: {
    en: 'must be a UUID of 4, 8 or 32 hexadecimal digits',
    ja: 'は16進数4桁・8桁・32桁のUUIDで指定してください',
  },
  mustBeResolvable: { en: 'must be "resolvable"', ja: 'は "resolvable" と書いてください' },
  everyAddress: {
    en: 'every phone, watch and headphone that passes with a resolvable address',
    ja: '解決可能なアドレスを使って通りかかる、すべてのスマートフォン・時計・イヤホン',
  },
  everyEid: { en: "everybody's Eddystone-EID beacons", ja: 'Eddystone-EIDのすべてのビーコン（他人のものを含む）' },
  exposureNotifications: {
    en: 'exposure notifications of phones, which are never a tag',
    ja: 'スマートフォンの接触確認の電波（タグになることはありません）',
  },
  findMy: {
    en: "what strangers' devices send to Apple's Find My network, which is never a tag",
    ja: '他人の機器がAppleの「探す」ネットワークに送る電波（タグになることはありません）',
  },
  findHub: {
    en: "what strangers' devices send to Google's Find Hub network, which is never a tag",
    ja: '他人の機器がGoogleのFind Hubネットワークに送る電波（タグになることはありません）',
  },
  everyDeviceOf: {
    en: 'phones, computers and headphones of {maker} that anybody carries',
    ja: '他人が持つ{maker}のスマートフォン・パソコン・イヤホン',
  },
  everythingOfCompany: {
    en: 'all that the company {company} makes, whoever carries it',
    ja: '企業 {company} のすべての製品（誰が持っていても）',
  },
  everyDeviceWithService: {
    en: 'phones or belongings of anybody that send service {uuid} ({network})',
    ja: 'サービス {uuid}（{network}）を送る、他人のスマートフォンや持ち物',
  },
  everyDeviceWithStandard: {
    en: 'watches, sensors and other devices of anybody that send the standard service {uuid}',
    ja: '標準サービス {uuid} を送る、他人の時計やセンサーなどの機器',
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
