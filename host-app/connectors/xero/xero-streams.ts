import type { RestStream } from '../rest/rest-data.ts'

/*
 * By the names that Singer's tap has for them; the fields as Xero's own client of version 20 knows them, without those that
 * only an answer to a writer has. Not here: `journals`, whose scope Xero grants to few apps and refuses the whole sign-in of
 * all others; and `employees`, `expense_claims` and `receipts`, which Xero has given up.
 */

/** What an app of 2026 asks for. Each scope opens all lists of its kind. */
export const xeroScopes = {
  bankTransactions: 'accounting.banktransactions.read',
  contacts: 'accounting.contacts.read',
  invoices: 'accounting.invoices.read',
  manualJournals: 'accounting.manualjournals.read',
  payments: 'accounting.payments.read',
  settings: 'accounting.settings.read',
} as const

const changed = { replication: 'UpdatedDateUTC' }
const whole = { replication: 'FULL_TABLE' }

/** A list that knows pages is asked for one record of it. One that does not would come whole: another of its scope is asked. */
function paged(name: string, scope: string): { path: string; items: string; scope: string } {
  return { path: `/api.xro/2.0/${name}?page=1&pageSize=1`, items: name, scope }
}

export const xeroStreams: readonly RestStream[] = [
  {
    ...{ id: 'accounts', key: ['AccountID'], ...changed },
    partOf: 'currencies',
    fields: {
      text:
        'Code Name AccountID Type BankAccountNumber Status Description BankAccountType CurrencyCode TaxType ' +
        'Class SystemAccount ReportingCode ReportingCodeName',
      flag: 'EnablePaymentsToAccount ShowInExpenseClaims HasAttachments',
      time: 'UpdatedDateUTC',
    },
  },
  {
    ...{ id: 'bank_transactions', key: ['BankTransactionID'], ...changed },
    ...paged('BankTransactions', xeroScopes.bankTransactions),
    fields: {
      text: 'Type Reference CurrencyCode Url Status LineAmountTypes BankTransactionID PrepaymentID OverpaymentID',
      number: 'CurrencyRate SubTotal TotalTax Total',
      flag: 'IsReconciled HasAttachments',
      time: 'Date UpdatedDateUTC',
      object: 'Contact BankAccount',
      list: 'LineItems',
    },
  },
  {
    ...{ id: 'bank_transfers', key: ['BankTransferID'], replication: 'CreatedDateUTC' },
    partOf: 'bank_transactions',
    fields: {
      text: 'BankTransferID FromBankTransactionID ToBankTransactionID Reference Status',
      number: 'Amount CurrencyRate',
      flag: 'FromIsReconciled ToIsReconciled HasAttachments',
      time: 'Date CreatedDateUTC',
      object: 'FromBankAccount ToBankAccount',
      list: 'FromTracking ToTracking',
    },
  },
  {
    ...{ id: 'branding_themes', key: ['BrandingThemeID'], ...whole },
    partOf: 'currencies',
    fields: {
      text: 'BrandingThemeID Name LogoUrl Type',
      integer: 'SortOrder',
      time: 'CreatedDateUTC',
    },
  },
  {
    ...{ id: 'contact_groups', key: ['ContactGroupID'], ...whole },
    partOf: 'contacts',
    fields: {
      text: 'Name Status ContactGroupID',
      list: 'Contacts',
    },
  },
  {
    ...{ id: 'contacts', key: ['ContactID'], ...changed },
    ...paged('Contacts', xeroScopes.contacts),
    fields: {
      text:
        'ContactID MergedToContactID ContactNumber AccountNumber ContactStatus Name FirstName LastName ' +
        'CompanyNumber EmailAddress BankAccountDetails TaxNumber TaxNumberType AccountsReceivableTaxType ' +
        'AccountsPayableTaxType SalesDefaultLineAmountType PurchasesDefaultLineAmountType DefaultCurrency ' +
        'XeroNetworkKey SalesDefaultAccountCode PurchasesDefaultAccountCode TrackingCategoryName ' +
        'TrackingCategoryOption Website',
      number: 'Discount',
      flag: 'IsSupplier IsCustomer HasAttachments',
      time: 'UpdatedDateUTC',
      object: 'PaymentTerms BrandingTheme BatchPayments Balances',
      list: 'ContactPersons Addresses Phones SalesTrackingCategories PurchasesTrackingCategories ContactGroups',
    },
  },
  {
    ...{ id: 'credit_notes', key: ['CreditNoteID'], ...changed },
    ...paged('CreditNotes', xeroScopes.invoices),
    fields: {
      text: 'Type Status LineAmountTypes CurrencyCode CreditNoteID CreditNoteNumber Reference BrandingThemeID',
      number: 'SubTotal TotalTax Total CISDeduction CISRate CurrencyRate RemainingCredit AppliedAmount',
      flag: 'SentToContact HasAttachments',
      time: 'Date DueDate UpdatedDateUTC FullyPaidOnDate',
      object: 'Contact',
      list: 'LineItems Allocations Payments InvoiceAddresses',
    },
  },
  {
    ...{ id: 'currencies', key: ['Code'], ...whole },
    path: '/api.xro/2.0/Currencies',
    items: 'Currencies',
    scope: xeroScopes.settings,
    fields: {
      text: 'Code Description',
    },
  },
  {
    ...{ id: 'invoices', key: ['InvoiceID'], ...changed },
    ...paged('Invoices', xeroScopes.invoices),
    fields: {
      text:
        'Type LineAmountTypes InvoiceNumber Reference BrandingThemeID Url CurrencyCode Status InvoiceID ' +
        'RepeatingInvoiceID',
      number:
        'CurrencyRate CISDeduction CISRate SubTotal TotalTax Total TotalDiscount RoundingAmount EnteredTotal ' +
        'AmountDue AmountPaid AmountCredited',
      flag: 'SentToContact HasAttachments IsDiscounted',
      time: 'Date DueDate ExpectedPaymentDate PlannedPaymentDate FullyPaidOnDate UpdatedDateUTC',
      object: 'Contact',
      list: 'LineItems Payments Prepayments Overpayments CreditNotes InvoiceAddresses',
    },
  },
  {
    ...{ id: 'items', key: ['ItemID'], ...changed },
    partOf: 'currencies',
    fields: {
      text: 'Code InventoryAssetAccountCode Name Description PurchaseDescription ItemID',
      number: 'TotalCostPool QuantityOnHand QuantityAvailable QuantityOnBackOrder',
      flag: 'IsSold IsPurchased IsTrackedAsInventory',
      time: 'UpdatedDateUTC',
      object: 'PurchaseDetails SalesDetails',
    },
  },
  {
    ...{ id: 'linked_transactions', key: ['LinkedTransactionID'], ...changed },
    partOf: 'invoices',
    fields: {
      text:
        'SourceTransactionID SourceLineItemID ContactID TargetTransactionID TargetLineItemID ' +
        'LinkedTransactionID Status Type SourceTransactionTypeCode',
      time: 'UpdatedDateUTC',
    },
  },
  {
    ...{ id: 'manual_journals', key: ['ManualJournalID'], ...changed },
    ...paged('ManualJournals', xeroScopes.manualJournals),
    fields: {
      text: 'Narration LineAmountTypes Status Url ManualJournalID',
      flag: 'ShowOnCashBasisReports HasAttachments',
      time: 'Date UpdatedDateUTC',
      list: 'JournalLines',
    },
  },
  {
    ...{ id: 'organisations', key: ['OrganisationID'], ...whole },
    partOf: 'currencies',
    fields: {
      text:
        'OrganisationID Name LegalName Version OrganisationType BaseCurrency CountryCode OrganisationStatus ' +
        'RegistrationNumber EmployerIdentificationNumber TaxNumber SalesTaxBasis SalesTaxPeriod ' +
        'DefaultSalesTax DefaultPurchasesTax Timezone OrganisationEntityType ShortCode Class Edition ' +
        'LineOfBusiness',
      integer: 'FinancialYearEndDay FinancialYearEndMonth',
      flag: 'PaysTax IsDemoCompany',
      time: 'PeriodLockDate EndOfYearLockDate CreatedDateUTC',
      object: 'PaymentTerms',
      list: 'Addresses Phones ExternalLinks',
    },
  },
  {
    ...{ id: 'overpayments', key: ['OverpaymentID'], ...changed },
    ...paged('Overpayments', xeroScopes.payments),
    fields: {
      text: 'Type Status LineAmountTypes CurrencyCode OverpaymentID Reference',
      number: 'SubTotal TotalTax Total CurrencyRate RemainingCredit AppliedAmount',
      flag: 'HasAttachments',
      time: 'Date UpdatedDateUTC',
      object: 'Contact',
      list: 'LineItems Allocations Payments',
    },
  },
  {
    ...{ id: 'payments', key: ['PaymentID'], ...changed },
    ...paged('Payments', xeroScopes.payments),
    fields: {
      text:
        'InvoiceNumber CreditNoteNumber Code Reference Status PaymentType PaymentID BatchPaymentID ' +
        'BankAccountNumber Particulars Details',
      number: 'CurrencyRate Amount BankAmount',
      flag: 'IsReconciled HasAccount',
      time: 'Date UpdatedDateUTC',
      object: 'Invoice CreditNote Prepayment Overpayment BatchPayment Account',
    },
  },
  {
    ...{ id: 'prepayments', key: ['PrepaymentID'], ...changed },
    ...paged('Prepayments', xeroScopes.payments),
    fields: {
      text: 'Type Status LineAmountTypes Reference InvoiceNumber CurrencyCode PrepaymentID BrandingThemeID',
      number: 'SubTotal TotalTax Total CurrencyRate RemainingCredit AppliedAmount',
      flag: 'HasAttachments',
      time: 'Date UpdatedDateUTC',
      object: 'Contact',
      list: 'LineItems Allocations Payments',
    },
  },
  {
    ...{ id: 'purchase_orders', key: ['PurchaseOrderID'], ...changed },
    ...paged('PurchaseOrders', xeroScopes.invoices),
    fields: {
      text:
        'LineAmountTypes PurchaseOrderNumber Reference BrandingThemeID CurrencyCode Status DeliveryAddress ' +
        'AttentionTo Telephone DeliveryInstructions PurchaseOrderID',
      number: 'CurrencyRate SubTotal TotalTax Total TotalDiscount',
      flag: 'SentToContact HasAttachments',
      time: 'Date DeliveryDate ExpectedArrivalDate UpdatedDateUTC',
      object: 'Contact',
      list: 'LineItems',
    },
  },
  {
    ...{ id: 'quotes', key: ['QuoteID'], ...changed },
    partOf: 'invoices',
    fields: {
      text:
        'QuoteID QuoteNumber Reference Terms DateString ExpiryDateString Status CurrencyCode Title Summary ' +
        'BrandingThemeID LineAmountTypes',
      number: 'CurrencyRate SubTotal TotalTax Total TotalDiscount',
      time: 'Date ExpiryDate UpdatedDateUTC',
      object: 'Contact',
      list: 'LineItems',
    },
  },
  {
    ...{ id: 'repeating_invoices', key: ['RepeatingInvoiceID'], ...whole },
    partOf: 'invoices',
    fields: {
      text: 'Type LineAmountTypes Reference BrandingThemeID CurrencyCode Status RepeatingInvoiceID ID',
      number: 'SubTotal TotalTax Total',
      flag: 'HasAttachments ApprovedForSending SendCopy MarkAsSent IncludePDF',
      object: 'Contact Schedule',
      list: 'LineItems',
    },
  },
  {
    ...{ id: 'tax_rates', key: ['Name'], ...whole },
    partOf: 'currencies',
    fields: {
      text: 'Name TaxType Status ReportTaxType',
      number: 'DisplayTaxRate EffectiveRate',
      flag: 'CanApplyToAssets CanApplyToEquity CanApplyToExpenses CanApplyToLiabilities CanApplyToRevenue',
      list: 'TaxComponents',
    },
  },
  {
    ...{ id: 'tracking_categories', key: ['TrackingCategoryID'], ...whole },
    partOf: 'currencies',
    fields: {
      text: 'TrackingCategoryID Name Status',
      list: 'Options',
    },
  },
  {
    ...{ id: 'users', key: ['UserID'], ...changed },
    partOf: 'currencies',
    fields: {
      text: 'UserID EmailAddress FirstName LastName OrganisationRole',
      flag: 'IsSubscriber',
      time: 'UpdatedDateUTC',
    },
  },
]
