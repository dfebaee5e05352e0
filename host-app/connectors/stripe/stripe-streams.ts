import type { RestStream } from '../rest/rest-data.ts'

/** By the names that Singer's tap has for them; the fields as Stripe's reference of 2026-10-28 documents them. */
const created = { key: ['id'], replication: 'created' }

export const stripeStreams: readonly RestStream[] = [
  {
    ...{ id: 'balance_transactions', path: '/v1/balance_transactions?limit=1', ...created },
    fields: {
      text: 'id object balance_type currency description reporting_category source status type',
      integer: 'amount fee net',
      number: 'exchange_rate',
      time: 'available_on created',
      list: 'fee_details',
    },
  },
  {
    ...{ id: 'charges', path: '/v1/charges?limit=1', ...created },
    fields: {
      text:
        'id object application application_fee balance_transaction calculated_statement_descriptor currency customer ' +
        'description failure_balance_transaction failure_code failure_message on_behalf_of payment_intent payment_method ' +
        'receipt_email receipt_number receipt_url review source_transfer statement_descriptor statement_descriptor_suffix ' +
        'status transfer transfer_group',
      integer: 'amount amount_captured amount_refunded application_fee_amount',
      flag: 'captured disputed livemode paid refunded',
      time: 'created',
      object:
        'billing_details fraud_details metadata outcome payment_method_details radar_options refunds shipping source ' +
        'transfer_data',
    },
  },
  {
    ...{ id: 'coupons', path: '/v1/coupons?limit=1', ...created },
    fields: {
      text: 'id object currency duration name',
      integer: 'amount_off duration_in_months max_redemptions times_redeemed',
      number: 'percent_off',
      flag: 'livemode valid',
      time: 'created redeem_by',
      object: 'applies_to currency_options metadata',
    },
  },
  {
    ...{ id: 'customers', path: '/v1/customers?limit=1', ...created },
    fields: {
      text: 'id object currency default_source description email invoice_prefix name phone tax_exempt test_clock',
      integer: 'balance next_invoice_sequence',
      flag: 'delinquent livemode',
      time: 'created',
      object:
        'address cash_balance discount invoice_settings metadata shipping sources subscriptions tax tax_ids',
      list: 'preferred_locales',
    },
  },
  {
    ...{ id: 'disputes', path: '/v1/disputes?limit=1', ...created },
    fields: {
      text: 'id object charge currency network_reason_code payment_intent reason status',
      integer: 'amount',
      flag: 'is_charge_refundable livemode',
      time: 'created',
      object: 'evidence evidence_details metadata payment_method_details',
      list: 'balance_transactions enhanced_eligibility_types',
    },
  },
  {
    ...{ id: 'events', path: '/v1/events?limit=1', ...created },
    fields: {
      text: 'id object account api_version type',
      integer: 'pending_webhooks',
      flag: 'livemode',
      time: 'created',
      object: 'data request',
    },
  },
  {
    ...{ id: 'invoices', path: '/v1/invoices?limit=1', ...created },
    fields: {
      text:
        'id object account_country account_name application billing_reason collection_method currency customer ' +
        'customer_email customer_name customer_phone customer_tax_exempt default_payment_method default_source description ' +
        'footer hosted_invoice_url invoice_pdf latest_revision number on_behalf_of receipt_number statement_descriptor ' +
        'status test_clock',
      integer:
        'amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count ending_balance ' +
        'post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance subtotal subtotal_excluding_tax ' +
        'total total_excluding_tax',
      flag: 'attempted auto_advance livemode',
      time:
        'automatically_finalizes_at created due_date effective_at next_payment_attempt period_end period_start ' +
        'webhooks_delivered_at',
      object:
        'automatic_tax customer_address customer_shipping from_invoice issuer last_finalization_error lines metadata parent ' +
        'payment_settings payments rendering shipping_cost shipping_details status_transitions threshold_reason',
      list:
        'account_tax_ids custom_fields customer_tax_ids default_tax_rates discounts total_discount_amounts ' +
        'total_pretax_credit_amounts total_taxes',
    },
  },
  {
    ...{ id: 'invoice_items', path: '/v1/invoiceitems?limit=1', key: ['id'], replication: 'date' },
    fields: {
      text: 'id object currency customer description invoice test_clock',
      integer: 'amount net_amount quantity',
      flag: 'discountable livemode proration',
      time: 'date',
      object: 'metadata parent period pricing proration_details',
      list: 'discounts tax_rates',
    },
  },
  {
    ...{ id: 'invoice_line_items', partOf: 'invoices', key: ['id', 'invoice'], replication: 'FULL_TABLE' },
    fields: {
      text: 'id object currency description invoice subscription',
      integer: 'amount quantity subtotal',
      flag: 'discountable livemode',
      object: 'metadata parent period pricing',
      list: 'discount_amounts discounts pretax_credit_amounts taxes',
    },
  },
  {
    ...{ id: 'payment_intents', path: '/v1/payment_intents?limit=1', ...created },
    fields: {
      text:
        'id object application cancellation_reason capture_method confirmation_method currency customer description ' +
        'latest_charge on_behalf_of payment_method receipt_email review setup_future_usage source statement_descriptor ' +
        'statement_descriptor_suffix status transfer_group',
      integer: 'amount amount_capturable amount_received application_fee_amount',
      flag: 'livemode',
      time: 'canceled_at created',
      object:
        'amount_details automatic_payment_methods last_payment_error metadata next_action payment_method_options processing ' +
        'shipping transfer_data',
      list: 'payment_method_types',
    },
  },
  {
    ...{ id: 'payouts', path: '/v1/payouts?limit=1', ...created },
    fields: {
      text:
        'id object application_fee balance_transaction currency description destination failure_balance_transaction ' +
        'failure_code failure_message method original_payout payout_method reconciliation_status reversed_by source_type ' +
        'statement_descriptor status type',
      integer: 'amount application_fee_amount',
      flag: 'automatic livemode',
      time: 'arrival_date created',
      object: 'metadata trace_id',
    },
  },
  {
    ...{ id: 'plans', path: '/v1/plans?limit=1', ...created },
    fields: {
      text: 'id object amount_decimal billing_scheme currency interval meter nickname product tiers_mode usage_type',
      integer: 'amount interval_count trial_period_days',
      flag: 'active livemode',
      time: 'created',
      object: 'metadata transform_usage',
      list: 'tiers',
    },
  },
  {
    ...{ id: 'products', path: '/v1/products?limit=1', ...created },
    fields: {
      text: 'id object default_price description name statement_descriptor tax_code type unit_label url',
      flag: 'active livemode shippable',
      time: 'created updated',
      object: 'metadata package_dimensions tax_details',
      list: 'images marketing_features',
    },
  },
  {
    ...{ id: 'subscriptions', path: '/v1/subscriptions?limit=1&status=all', ...created },
    fields: {
      text:
        'id object application collection_method currency customer default_payment_method default_source description ' +
        'latest_invoice on_behalf_of pending_setup_intent schedule status test_clock',
      integer: 'days_until_due',
      number: 'application_fee_percent',
      flag: 'cancel_at_period_end livemode',
      time:
        'billing_cycle_anchor cancel_at canceled_at created ended_at next_pending_invoice_item_invoice start_date trial_end ' +
        'trial_start',
      object:
        'automatic_tax billing_cycle_anchor_config billing_mode billing_thresholds cancellation_details invoice_settings ' +
        'items metadata pause_collection payment_settings pending_invoice_item_interval pending_update transfer_data ' +
        'trial_settings',
      list: 'default_tax_rates discounts',
    },
  },
  {
    ...{ id: 'subscription_items', partOf: 'subscriptions', ...created },
    fields: {
      text: 'id object subscription',
      integer: 'quantity',
      time: 'created current_period_end current_period_start',
      object: 'billing_thresholds metadata plan price',
      list: 'discounts tax_rates',
    },
  },
  {
    ...{ id: 'transfers', path: '/v1/transfers?limit=1', ...created },
    fields: {
      text:
        'id object balance_transaction currency description destination destination_payment source_transaction source_type ' +
        'transfer_group',
      integer: 'amount amount_reversed',
      flag: 'livemode reversed',
      time: 'created',
      object: 'metadata reversals',
    },
  },
]
