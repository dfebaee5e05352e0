import type { RestStream } from '../rest/rest-data.ts'

/** The last version whose resources the official package lists. A later one answers once its time is over. */
export const api = '/admin/api/2026-07'

const changed = { key: ['id'], replication: 'updated_at' }
const list = (name: string, query = '') => ({ path: `${api}/${name}.json?limit=1${query}`, items: name })

/** By the names that Singer's tap has for them; the fields as the reference documents them. */
export const shopifyStreams: readonly RestStream[] = [
  {
    ...{ id: 'abandoned_checkouts', ...list('checkouts', '&status=any'), ...changed },
    fields: {
      text:
        'abandoned_checkout_url cart_token currency customer_locale email gateway landing_site note phone ' +
        'presentment_currency referring_site sms_marketing_phone source_name subtotal_price token total_discounts ' +
        'total_duties total_line_items_price total_price total_tax',
      integer: 'id device_id location_id total_weight user_id',
      flag: 'buyer_accepts_marketing buyer_accepts_sms_marketing taxes_included',
      time: 'closed_at completed_at created_at updated_at',
      object: 'billing_address customer shipping_address',
      list: 'discount_codes line_items shipping_lines tax_lines',
    },
  },
  {
    ...{ id: 'collects', ...list('collects'), ...changed },
    fields: {
      text: 'sort_value',
      integer: 'id collection_id position product_id',
      time: 'created_at updated_at',
    },
  },
  {
    ...{ id: 'custom_collections', ...list('custom_collections'), ...changed },
    fields: {
      text: 'body_html handle published_scope sort_order template_suffix title',
      integer: 'id',
      time: 'published_at updated_at',
      object: 'image',
    },
  },
  {
    ...{ id: 'customers', ...list('customers'), ...changed },
    fields: {
      text:
        'currency email first_name last_name last_order_name marketing_opt_in_level multipass_identifier note phone state ' +
        'tags total_spent',
      integer: 'id last_order_id orders_count',
      flag: 'tax_exempt verified_email',
      time: 'created_at updated_at',
      object: 'default_address email_marketing_consent sms_marketing_consent',
      list: 'addresses tax_exemptions',
    },
  },
  {
    ...{ id: 'draft_orders', ...list('draft_orders'), ...changed },
    fields: {
      text: 'currency email invoice_url name note source_name status subtotal_price tags total_price total_tax',
      integer: 'id order_id',
      flag: 'tax_exempt taxes_included',
      time: 'completed_at created_at invoice_sent_at updated_at',
      object: 'applied_discount billing_address customer payment_terms shipping_address shipping_line',
      list: 'line_items note_attributes tax_exemptions tax_lines',
    },
  },
  {
    ...{ id: 'events', ...list('events'), key: ['id'], replication: 'created_at' },
    fields: {
      text: 'body description message path subject_type verb',
      integer: 'id subject_id',
      time: 'created_at',
      list: 'arguments',
    },
  },
  {
    // It lists none but those that it is asked for: of none there is, an empty list.
    ...{ id: 'inventory_items', ...list('inventory_items', '&ids=1'), ...changed },
    fields: {
      text: 'cost country_code_of_origin province_code_of_origin sku',
      integer: 'id harmonized_system_code',
      flag: 'requires_shipping tracked',
      time: 'created_at updated_at',
      list: 'country_harmonized_system_codes',
    },
  },
  {
    ...{ id: 'inventory_levels', partOf: 'inventory_items' },
    ...{ key: ['inventory_item_id', 'location_id'], replication: 'updated_at' },
    fields: { integer: 'available inventory_item_id location_id', time: 'updated_at' },
  },
  {
    ...{ id: 'locations', ...list('locations'), ...changed },
    fields: {
      text: 'city country country_code localized_country_name localized_province_name name phone province province_code zip',
      integer: 'id',
      flag: 'active legacy',
      time: 'created_at updated_at',
    },
  },
  {
    ...{ id: 'metafields', ...list('metafields'), ...changed },
    fields: {
      text: 'description key namespace owner_resource type value',
      integer: 'id owner_id',
      time: 'created_at updated_at',
    },
  },
  {
    ...{ id: 'orders', ...list('orders', '&status=any'), ...changed },
    fields: {
      text:
        'browser_ip cancel_reason cart_token checkout_token confirmation_number currency current_subtotal_price ' +
        'current_total_discounts current_total_price current_total_tax customer_locale email financial_status ' +
        'fulfillment_status landing_site name note order_status_url phone po_number presentment_currency referring_site ' +
        'source_identifier source_name source_url subtotal_price tags token total_discounts total_line_items_price ' +
        'total_outstanding total_price total_tax total_tip_received',
      integer:
        'id app_id location_id merchant_business_entity_id merchant_of_record_app_id number order_number total_weight user_id',
      flag: 'buyer_accepts_marketing confirmed duties_included estimated_taxes taxes_included test',
      time: 'cancelled_at closed_at created_at processed_at updated_at',
      object:
        'billing_address client_details company current_subtotal_price_set current_total_additional_fees_set ' +
        'current_total_discounts_set current_total_duties_set current_total_price_set current_total_tax_set customer ' +
        'original_total_additional_fees_set original_total_duties_set payment_terms shipping_address subtotal_price_set ' +
        'total_cash_rounding_payment_adjustment_set total_cash_rounding_refund_adjustment_set total_discounts_set ' +
        'total_line_items_price_set total_price_set total_shipping_price_set total_tax_set',
      list:
        'discount_applications discount_codes fulfillments line_items note_attributes payment_gateway_names refunds ' +
        'shipping_lines tax_lines',
    },
  },
  {
    ...{ id: 'order_refunds', partOf: 'orders', key: ['id'], replication: 'created_at' },
    fields: {
      text: 'note',
      integer: 'id order_id user_id',
      flag: 'restock',
      time: 'created_at processed_at',
      list: 'duties order_adjustments refund_duties refund_line_items refund_shipping_lines transactions',
    },
  },
  {
    ...{ id: 'price_rules', ...list('price_rules'), ...changed },
    fields: {
      text: 'allocation_method customer_selection target_selection target_type title value value_type',
      integer: 'id allocation_limit usage_limit',
      flag: 'once_per_customer',
      time: 'created_at ends_at starts_at updated_at',
      object:
        'prerequisite_quantity_range prerequisite_shipping_price_range prerequisite_subtotal_range ' +
        'prerequisite_to_entitlement_purchase prerequisite_to_entitlement_quantity_ratio',
      list:
        'customer_segment_prerequisite_ids entitled_collection_ids entitled_country_ids entitled_product_ids ' +
        'entitled_variant_ids prerequisite_collection_ids prerequisite_customer_ids prerequisite_product_ids ' +
        'prerequisite_variant_ids',
    },
  },
  {
    ...{ id: 'products', ...list('products'), ...changed },
    fields: {
      text: 'body_html handle product_type published_scope status tags template_suffix title vendor',
      integer: 'id',
      time: 'created_at published_at updated_at',
      list: 'images options variants',
    },
  },
  {
    ...{ id: 'smart_collections', ...list('smart_collections'), ...changed },
    fields: {
      text: 'body_html handle published_scope sort_order template_suffix title',
      integer: 'id',
      flag: 'disjunctive',
      time: 'published_at updated_at',
      object: 'image',
      list: 'rules',
    },
  },
  {
    ...{
      id: 'tender_transactions',
      ...list('tender_transactions'),
      key: ['id'],
      replication: 'processed_at',
    },
    fields: {
      text: 'amount currency payment_method remote_reference',
      integer: 'id order_id user_id',
      flag: 'test',
      time: 'processed_at',
      object: 'payment_details',
    },
  },
  {
    ...{ id: 'transactions', partOf: 'orders', key: ['id'], replication: 'created_at' },
    fields: {
      text: 'amount authorization currency error_code gateway kind message source_name status',
      integer: 'id device_id location_id order_id parent_id user_id',
      flag: 'manual_payment_gateway test',
      time: 'authorization_expires_at created_at processed_at',
      object:
        'currency_exchange_adjustment extended_authorization_attributes payment_details payments_refund_attributes receipt ' +
        'total_unsettled_set',
    },
  },
]
