package jp.example.city.watchover

import android.app.Notification
import android.app.PendingIntent
import android.app.Service
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.IBinder
import androidx.core.app.NotificationChannelCompat
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.core.app.ServiceCompat

/**
 * Keeps the process alive while detection is ON, and shows that it is. It does nothing else: scanning stays in the page's detector, whose
 * plugin needs the process. If Android ends the process, detection is OFF until the person switches it on again.
 */
class WatchService : Service() {
  override fun onBind(intent: Intent?): IBinder? = null

  override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
    val types = ServiceInfo.FOREGROUND_SERVICE_TYPE_CONNECTED_DEVICE or ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION
    val title = intent?.getStringExtra(TITLE).orEmpty()
    ServiceCompat.startForeground(this, NOTIFICATION, notification(title, intent?.getStringExtra(TEXT).orEmpty()), types)
    return START_NOT_STICKY
  }

  private fun notification(title: String, text: String): Notification {
    val channel = NotificationChannelCompat.Builder(CHANNEL, NotificationManagerCompat.IMPORTANCE_LOW).setName(title).build()
    NotificationManagerCompat.from(this).createNotificationChannel(channel)
    val open = PendingIntent.getActivity(this, 0, Intent(this, MainActivity::class.java), PendingIntent.FLAG_IMMUTABLE)
    return NotificationCompat.Builder(this, CHANNEL)
      .setContentTitle(title)
      .setContentText(text)
      .setSmallIcon(android.R.drawable.stat_sys_data_bluetooth)
      .setContentIntent(open)
      .setOngoing(true)
      .build()
  }

  companion object {
    const val TITLE = "title"
    const val TEXT = "text"
    private const val CHANNEL = "watch"
    private const val NOTIFICATION = 1
  }
}
