import { sentences } from '../../shared/text.ts';

export const say = sentences('control', {
  theGateway: { en: 'the gateway', ja: 'ゲートウェイ' },
  theRequest: { en: 'the request', ja: '要求' },
  badParameter: { en: '{name} {fault}', ja: '{name} {fault}' },
  badRequestHint: {
    en: 'Use the machimori command of the same release as the gateway',
    ja: 'ゲートウェイと同じリリースのmachimoriコマンドを使ってください',
  },
  noAction: { en: 'there is no action "{action}"', ja: '「{action}」という操作はありません' },
  notPost: { en: 'it is not a POST', ja: 'POSTではありません' },
  notJson: { en: 'it is not JSON', ja: 'JSONではありません' },
  tooLong: { en: 'it is longer than {max} bytes', ja: '{max}バイトを超えています' },
  reportHint: { en: 'Look at its log and report the problem', ja: 'ログを確認し、開発元へお知らせください' },

  olderGateway: {
    en: 'the running gateway is an earlier release and cannot answer this',
    ja: '稼働中のゲートウェイは以前のリリースのため、この問い合わせに応答できません',
  },
  olderGatewayHint: {
    en: 'Restart it so that it runs this release; until then, ask its status server with --address',
    ja: '再起動して、このリリースに切り替えてください。それまでは --address で状態表示サーバーに問い合わせられます',
  },
  gatewayGone: {
    en: 'the gateway did not answer completely ({why})',
    ja: 'ゲートウェイの応答が途中で切れました（{why}）',
  },
  noAnswer: { en: 'no answer in time', ja: '時間内に応答がありません' },
  gatewayGoneHint: {
    en: 'It may have stopped, or be busy with too many commands; run the command again',
    ja: '停止したか、一度に受け付けるコマンドが多すぎた可能性があります。もう一度実行してください',
  },
  denied: { en: 'this user may not use it ({why})', ja: 'このユーザーには使用権限がありません（{why}）' },
  deniedHint: {
    en: 'Run the command as the user of the gateway, or with sudo',
    ja: 'ゲートウェイのユーザーで、またはsudoを付けて実行してください',
  },
  longPath: {
    en: 'the path of its control socket is too long, so the gateway cannot be asked',
    ja: '制御ソケットのパスが長すぎるため、ゲートウェイに問い合わせられません',
  },
  longPathHint: {
    en: 'Shorten data-directory; until then, ask its status server with --address',
    ja: 'data-directory を短くしてください。それまでは --address で状態表示サーバーに問い合わせられます',
  },
  noOutput: { en: 'there is no such output', ja: 'この出力はありません' },
  noFrames: {
    en: 'there is no port of this name whose frames can be watched',
    ja: 'フレームを表示できる、この名前のポートはありません',
  },
  noPorts: {
    en: 'No port with devices is open; see: machimori status',
    ja: '機器のあるポートが動いていません。「machimori status」で確認してください',
  },
  manyWatch: {
    en: '{max} already watch frames, the most at once',
    ja: 'フレームの表示は同時に{max}件までで、すでに上限です',
  },
  stopWatching: {
    en: 'Close one of the other pages or commands that show frames',
    ja: 'フレームを表示しているほかのページかコマンドを、ひとつ閉じてください',
  },
  noStream: {
    en: 'this port has no stream of bytes: messages, documents or LoRaWAN frames come there',
    ja: 'このポートにはバイト列の流れがありません（メッセージ、文書、LoRaWANフレームのポートです）',
  },
  recordFrames: {
    en: 'Record its frames with machimori frames --record',
    ja: '「machimori frames --record」でフレームを記録してください',
  },
  personalPort: {
    en: 'a detector on this port hears the devices of passers-by: their addresses are personal data',
    ja: 'このポートの検知器は通行人の機器を受信します。そのアドレスは個人データです',
  },
  sayYouMay: {
    en: 'If you are allowed to record them, say so with --i-may; keep the file no longer than the case needs',
    ja: '記録が認められている場合は --i-may を付けてください。ファイルは用が済んだら削除してください',
  },
  isRecorded: { en: 'somebody records this port already', ja: 'このポートはすでに記録中です' },
  endRecording: { en: 'Wait for it, or end it there', ja: '終わるのを待つか、そちらの記録を終了してください' },
  emptyTime: { en: '"to" must be after "from"', ja: '「to」は「from」より後にしてください' },
  noHistory: { en: 'it keeps no history', ja: '履歴を保持していません' },
  enableConsole: {
    en: 'Enable its console: machimori set gateway.toml console.enabled=true',
    ja: 'コンソールを有効にしてください: machimori set gateway.toml console.enabled=true',
  },
  addOutput: { en: 'Add an [[output]] to the configuration', ja: '設定ファイルに [[output]] を追加してください' },
  followsNoFile: {
    en: 'no gateway is running here that follows a configuration file',
    ja: '設定ファイルに従って稼働しているゲートウェイがありません',
  },
  notRunning: { en: 'no gateway is running here', ja: 'ゲートウェイが稼働していません' },
  startIt: {
    en: 'Start it with: machimori run <config.toml>',
    ja: '「machimori run <設定ファイル>」で起動してください',
  },
  noBuffer: {
    en: 'there is no buffer here, and no gateway is running',
    ja: 'バッファがなく、ゲートウェイも稼働していません',
  },
  noBufferHint: {
    en: 'Check that this is the configuration of the gateway; its first run makes the buffer',
    ja: 'ゲートウェイの設定ファイルか確認してください。バッファは初回起動時に作られます',
  },
  noDevice: { en: 'there is no such device', ja: 'その機器はありません' },
  seeDevices: {
    en: 'machimori status lists the devices',
    ja: 'machimori status で機器の一覧を確認してください',
  },
  noGatewayHeard: {
    en: 'no gateway of this name is enrolled and was heard here',
    ja: 'この名前のゲートウェイは、登録されていないか、まだ受信がありません',
  },
  nobodyOrders: { en: 'it does not say who orders', ja: '命令する人が指定されていません' },
  noOrders: { en: 'only a hub gives orders', ja: '命令を出せるのはハブだけです' },
  askHub: { en: 'Ask the hub that it sends to', ja: '送信先のハブで実行してください' },
  notEnrolled: { en: 'no gateway of this name is enrolled here', ja: 'この名前のゲートウェイは登録されていません' },
  seeGateways: {
    en: 'machimori gateway list says who is enrolled, and when each was heard',
    ja: 'machimori gateway list で登録と受信の状況を確認してください',
  },
  noDestination: { en: 'the buffer knows no such destination', ja: 'バッファにこの送信先はありません' },
  thereAre: { en: 'There are: {known}', ja: '送信先の一覧: {known}' },
  none: { en: 'none', ja: 'なし' },

  queueFull: {
    en: 'its queue of downlinks is full',
    ja: '送信待ちのダウンリンクが上限に達しています',
  },
  queueFullHint: {
    en: 'Wait for its next uplink, or cancel some',
    ja: '機器の次の通信を待つか、一部を取り消してください',
  },
  noMap: {
    en: 'nothing is kept for the map, since the console is not enabled',
    ja: 'コンソールが有効でないため、地図用のデータを保持していません',
  },
  noMapHint: { en: 'Set enabled = true in [console]', ja: '[console] で enabled = true を設定してください' },
  noNetwork: {
    en: 'no gateway is running that could send a downlink',
    ja: 'ダウンリンクを送るゲートウェイが稼働していません',
  },
  noChirpstack: {
    en: 'no ChirpStack is connected that could send to it',
    ja: 'この機器へ送れるChirpStackが接続されていません',
  },
  noChirpstackHint: {
    en: 'Add a [[port]] with type = "chirpstack"',
    ja: 'type = "chirpstack" の [[port]] を設定に加えてください',
  },
  byChirpstack: {
    en: 'its downlinks are queued by ChirpStack',
    ja: 'この機器のダウンリンクはChirpStackが管理しています',
  },
});
