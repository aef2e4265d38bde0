import { sentences } from '../../shared/text.ts';

export const say = sentences('orders-settings', {
  enrolled: {
    en: 'Whether orders are taken of the hub at which this gateway is enrolled, by the key that the enrolment names.',
    ja: '登録先のハブからの命令を、登録ファイルにある鍵で受け付けるかどうか。',
  },
  keys: {
    en: 'Further keys whose orders are taken; of one that the enrolment names too, what is written here counts.',
    ja: '命令を受け付けるその他の鍵。登録ファイルにもある鍵は、ここでの指定が優先されます。',
  },
  keyName: { en: 'What the key is called in logs and results.', ja: 'ログや結果に出る鍵の名前。' },
  publicKey: {
    en: 'Ed25519 public key (43 characters of base64url), as "machimori command key" prints it.',
    ja: 'Ed25519の公開鍵（base64urlで43文字）。「machimori command key」で表示されます。',
  },
  mustBeOrderKey: { en: 'must be 43 characters of base64url', ja: 'はbase64urlの43文字で指定してください' },
  actions: {
    en: 'Actions that it may order; "*": all.',
    ja: '命令できる操作。「*」はすべて。',
  },
  devices: {
    en: 'The only devices that it may order; none: all, unless groups are named.',
    ja: '命令できる機器。空の場合は、グループの指定がなければすべての機器。',
  },
  groups: {
    en: 'Groups whose devices it may order.',
    ja: '命令できる機器のグループ。',
  },
});
