import { sentences } from '../../shared/text.ts';

export const say = sentences('commands', {
  unreadable: {
    en: 'This is no order: {why}. Check what sends it',
    ja: '命令として読み取れません（{why}）。送信元を確認してください',
  },
  unknownKey: {
    en: 'No key of this gateway has signed it. Enrol the gateway again, or add the key to [orders]',
    ja: 'このゲートウェイに登録された鍵の署名ではありません。ゲートウェイを登録し直すか、[orders] に鍵を追加してください',
  },
  badSignature: {
    en: 'The signature is wrong: the order was changed on its way or is forged',
    ja: '署名が正しくありません。命令が途中で書き換えられたか、偽造されています',
  },
  otherGateway: {
    en: 'It is to {gateway}, not to this gateway',
    ja: '宛先は {gateway} で、このゲートウェイではありません',
  },
  unknownAction: {
    en: 'This release does not know the action "{action}". Update the gateway',
    ja: 'このリリースは操作「{action}」に対応していません。ゲートウェイを更新してください',
  },
  needsDevice: {
    en: 'The action is for a device, and the order names none. Name one',
    ja: '機器を対象とする操作ですが、機器が指定されていません。機器を指定してください',
  },
  needsNoDevice: {
    en: 'The action is for the gateway, and the order names a device. Leave the device out',
    ja: 'ゲートウェイを対象とする操作に、機器が指定されています。機器の指定を外してください',
  },
  notAllowed: {
    en: 'The key "{key}" may not order "{action}" there. Use another key, or widen it in [orders]',
    ja: '鍵「{key}」では、そこに「{action}」を命令できません。別の鍵を使うか、[orders] で権限を広げてください',
  },
  unknownDevice: {
    en: 'There is no device "{device}" here. See which there are with "machimori status"',
    ja: '機器「{device}」はありません。「machimori status」で機器を確認してください',
  },
  badArgument: { en: 'The argument {argument} {fault}', ja: '引数 {argument} {fault}' },
  notSupported: {
    en: 'Nothing here can do "{action}"',
    ja: '「{action}」を実行できるものがありません',
  },
  badLifetime: {
    en: 'It counts for more than seven days, or ends before it begins. Order it again with a shorter time',
    ja: '有効期間が7日を超えているか、発行前に終わっています。期間を短くして命令し直してください',
  },
  notYet: {
    en: 'By its own word it was issued in the future. Check the clocks of the hub and the gateway',
    ja: '発行時刻が未来になっています。ハブとゲートウェイの時計を確認してください',
  },
  expired: { en: 'Its time is over. Order it again', ja: '有効期限が過ぎました。命令し直してください' },
  tooMany: {
    en: 'Too many orders are remembered or wait here. Order it again later',
    ja: '記録中または待機中の命令が多すぎます。あとで命令し直してください',
  },
  idTaken: {
    en: 'Another order has come under its id. Order it again',
    ja: '同じIDの別の命令を受け取り済みです。命令し直してください',
  },
  cannotRemember: {
    en: 'The disk does not take it, so that it was not done. See "machimori status" of the gateway',
    ja: 'ディスクに記録できないため、実行しませんでした。ゲートウェイの「machimori status」を確認してください',
  },
  interrupted: {
    en: 'The gateway was cut off while it was being done: it may or may not have been. Look before you order it again',
    ja: '実行中にゲートウェイが停止しました。実行されたかどうかは不明です。確認してから命令し直してください',
  },
});
