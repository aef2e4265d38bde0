import { sentences } from '../../shared/text.ts';

export const say = sentences('hub-orders', {
  noAction: { en: 'there is no action "{action}"', ja: '操作「{action}」はありません' },
  nameDevice: { en: 'the action is for a device', ja: '機器を対象とする操作です' },
  leaveDeviceOut: { en: 'the action is for the gateway itself', ja: 'ゲートウェイ自体を対象とする操作です' },
  badArgument: { en: 'the argument {argument} {fault}', ja: '引数 {argument} {fault}' },
  seeActions: {
    en: 'See what each action takes: docs/orders.md',
    ja: '操作ごとの引数は docs/ja/orders.md を参照してください',
  },
  theOrder: { en: 'the order', ja: '命令' },
  theResult: { en: 'the result', ja: '命令の結果' },
  signAgain: { en: 'Make and sign it again', ja: '作成し直して署名してください' },
  idIsThere: { en: 'an order with its id is in the book already', ja: '同じIDの命令がすでにあります' },
  tooMany: {
    en: 'as many orders wait for their results as this hub takes',
    ja: '結果を待っている命令が上限に達しています',
  },
  waitForResults: {
    en: 'Wait for results, or for orders to end. See: machimori command list',
    ja: '結果が届くか期限が切れるのを待ってください。一覧: machimori command list',
  },
  otherTenant: {
    en: 'its readings do not go to this broker, so it takes no orders from there',
    ja: 'このブローカーに測定値を送っていないゲートウェイには命令できません',
  },
  nobodyThere: { en: 'no gateway of this name is enrolled', ja: 'この名前のゲートウェイは登録されていません' },
  tooLate: { en: 'its time was over before this hub saw it', ja: 'ハブが受け取る前に有効期限が切れました' },
  given: { en: 'order {id} waits for its result', ja: '命令 {id} の結果を待っています' },
  awaited: {
    en: 'order {id} is over; its result has not come',
    ja: '命令 {id} は有効期限が切れましたが、結果がまだ届いていません',
  },
  noResult: {
    en: 'no result came; whether it was done is not known',
    ja: '結果が届きませんでした。実行されたかどうかは不明です',
  },
  wasDone: { en: 'order {id} was done', ja: '命令 {id} は実行されました' },
  wasNotDone: { en: 'order {id}: {outcome}', ja: '命令 {id}: {outcome}' },
  rollOutRuns: { en: 'its roll-out is under way', ja: '配布が進行中です' },
  stopRollOut: {
    en: 'Wait for its end, or stop it: machimori release roll-out <config> --stop',
    ja: '終わるまで待つか、次で停止してください: machimori release roll-out <設定ファイル> --stop',
  },
  noRollOut: { en: 'no roll-out is under way', ja: '進行中の配布はありません' },
  theHub: { en: 'the hub', ja: 'ハブ' },
  beginRollOut: {
    en: 'Begin one: machimori release roll-out <config> <version> --url <address>',
    ja: '次で開始できます: machimori release roll-out <設定ファイル> <バージョン> --url <アドレス>',
  },
});
