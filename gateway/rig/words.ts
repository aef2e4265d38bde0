import { sentences } from '../../shared/text.ts';

export const say = sentences('rig.run', {
  noPlace: { en: 'there is no %{name}%', ja: '%{name}% はありません' },
  usePlace: { en: 'Use one of: {known}', ja: '次のいずれかを使ってください: {known}' },
  configUnreadable: { en: 'the configuration cannot be read ({why})', ja: '設定ファイルを読み取れません（{why}）' },
  checkConfigPath: { en: 'Check the path and its permissions', ja: 'パスと権限を確認してください' },
  noReader: {
    en: 'nobody has opened {wires}: the devices began all the same',
    ja: '{wires} を開いた相手がいないまま、機器の送信を始めました',
  },
  notRegistered: {
    en: 'the LoRaWAN devices of {name} could not be registered ({why})',
    ja: '{name} のLoRaWAN機器を登録できません（{why}）',
  },
  checkLorawan: {
    en: "Look at the LoRaWAN port and profile in the gateway's configuration, and remove the rig's folder",
    ja: 'ゲートウェイ設定のLoRaWANポートとプロファイルを確認し、リグのフォルダーを削除してください',
  },
  rigRuns: { en: 'another rig is running in this folder', ja: 'このフォルダーでは別のリグが実行中です' },
  otherFolder: {
    en: 'Stop it, or give one of them another folder = … in [rig]',
    ja: 'そのリグを停止するか、どちらかの [rig] で folder に別のフォルダーを指定してください',
  },
  wrongSetting: { en: '{name}: {why}', ja: '{name}: {why}' },
  gatewayDied: {
    en: 'the gateway under test has ended by itself: {last}',
    ja: '試験対象のゲートウェイが終了しました: {last}',
  },
  portTaken: { en: 'something else listens on this port', ja: 'このポートは使用中です' },
  otherPort: {
    en: 'Stop it, or name another port',
    ja: '使用中のプログラムを停止するか、別のポートを指定してください',
  },
  needsToken: { en: 'the token of the rig is needed', ja: 'リグのトークンが必要です' },
  noAction: {
    en: 'there is GET /state, and POST /set, /fault and /clear',
    ja: 'GET /state と POST /set、/fault、/clear があります',
  },
  noRig: { en: 'no rig runs from this file', ja: 'このファイルのリグは実行されていません' },
  noRigBecause: { en: 'the rig does not answer ({why})', ja: 'リグが応答しません（{why}）' },
  startRig: { en: 'Start it: machimori rig run', ja: 'machimori rig run で開始してください' },
  seeState: { en: "Names are those of the rig's file", ja: '名前はリグのファイルのものを指定してください' },
  mistakes: { en: 'the rig has mistakes: {told}', ja: 'リグに誤りがあります: {told}' },
  mistake: { en: '{path}: {what} ({mend})', ja: '{path}: {what}（{mend}）' },
  mendThem: { en: 'Mend them', ja: '修正してください' },
  gatewayFault: { en: 'the gateway could not {action}: {why}', ja: 'ゲートウェイの {action} に失敗しました: {why}' },
});
