package jp.example.city.watchover

import android.Manifest
import android.content.Intent
import android.os.Build
import androidx.core.content.ContextCompat
import com.getcapacitor.PermissionState
import com.getcapacitor.Plugin
import com.getcapacitor.PluginCall
import com.getcapacitor.PluginMethod
import com.getcapacitor.annotation.CapacitorPlugin
import com.getcapacitor.annotation.Permission
import com.getcapacitor.annotation.PermissionCallback

private const val NOTIFICATIONS = "notifications"

/** `WatchService.start({ title, text })` and `stop()`. Call `start` while the app is in front: Android refuses it otherwise. */
@CapacitorPlugin(
  name = "WatchService",
  permissions = [Permission(alias = NOTIFICATIONS, strings = [Manifest.permission.POST_NOTIFICATIONS])],
)
class WatchServicePlugin : Plugin() {
  @PluginMethod
  fun start(call: PluginCall) {
    val mustAsk = Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU && getPermissionState(NOTIFICATIONS) == PermissionState.PROMPT
    if (mustAsk) requestPermissionForAlias(NOTIFICATIONS, call, "onAnswer") else begin(call)
  }

  /** Whatever the answer: without the permission the service runs, and Android lists it among the active apps. */
  @PermissionCallback
  private fun onAnswer(call: PluginCall) = begin(call)

  @PluginMethod
  fun stop(call: PluginCall) {
    context.stopService(Intent(context, WatchService::class.java))
    call.resolve()
  }

  private fun begin(call: PluginCall) {
    val intent = Intent(context, WatchService::class.java)
      .putExtra(WatchService.TITLE, call.getString(WatchService.TITLE))
      .putExtra(WatchService.TEXT, call.getString(WatchService.TEXT))
    try {
      ContextCompat.startForegroundService(context, intent)
      call.resolve()
    } catch (fault: RuntimeException) { // ForegroundServiceStartNotAllowedException, SecurityException
      call.reject("The foreground service may not start", fault)
    }
  }
}
