"""One screen, one file. Nothing is imported here: a screen is loaded when it is first opened."""

from __future__ import annotations

SCREENS: dict[str, str] = {
    "customers": "customers:CustomersScreen",
    "columns": "columns:ColumnsDialog",
    "list_filter": "list_filter:ListFilterDialog",
    "actions_menu": "actions_menu:ActionsMenu",
    "metrics": "metrics:MetricsScreen",
    "numbers": "numbers:NumbersDialog",
    "comments": "comments:CommentsScreen",
    "period": "period:PeriodDialog",
    "profile": "profile:ProfileScreen",
    "customer_form": "customer_form:CustomerFormScreen",
    "calendar": "calendar:CalendarDialog",
    "picker": "picker:PickerDialog",
    "conflict": "conflict:ConflictScreen",
    "loyalty": "loyalty:LoyaltyDialog",
    "ledger": "ledger:LedgerScreen",
    "receipt": "receipt:ReceiptScreen",
    "send_receipt": "send_receipt:SendReceiptDialog",
    "settings": "settings:SettingsScreen",
    "shop_settings": "shop_settings:ShopSettingsScreen",
    "store_settings": "store_settings:StoreSettingsScreen",
    "store": "store:StoreDialog",
    "loyalty_settings": "loyalty_settings:LoyaltySettingsScreen",
    "mail_settings": "mail_settings:MailSettingsScreen",
    "outbox": "outbox:OutboxScreen",
    "file_chooser": "file_chooser:FileChooser",
    "import": "import_review:ImportScreen",
    "export": "export:ExportScreen",
    "confirm": "confirm:ConfirmDialog",
    "help": "help:HelpDialog",
    "palette": "palette:PaletteDialog",
}
"""What `RegularsApp.open_screen(name)` opens: 'module:Class' below `tui.screens`."""
