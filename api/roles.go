package api

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"o2c/models"
)

// The roles that a key can have.
const (
	sales     = "sales"
	credit    = "credit"
	warehouse = "warehouse"
	billing   = "billing"
	cashier   = "cashier"
	collector = "collector"
	manager   = "manager"
	auditor   = "auditor"
	admin     = "admin"
)

// allRoles lists every role; each may read.
var allRoles = []string{sales, credit, warehouse, billing, cashier, collector, manager, auditor, admin}

// whoMay says which roles may call an operation, by operationId. admin may do all and is not repeated. Managers may what
// credit and collector may.
var whoMay = map[string][]string{
	"getCompany": allRoles,
	"putCompany": {billing},

	"listCustomers":  allRoles,
	"createCustomer": {credit, manager},
	"getCustomer":    allRoles,
	"updateCustomer": {credit, manager},
	"setCreditLimit": {credit, manager},
	"getExposure":    allRoles,
	"getAccount":     allRoles,
	"listCredits":    allRoles,

	"listCreditLimits":        allRoles,
	"setDefaultCreditLimit":   {credit, manager},
	"listDefaultCreditLimits": allRoles,
	"getCreditStanding":       allRoles,
	"changeCreditStanding":    {credit, manager},
	"getCollateral":           allRoles,
	"setCollateral":           {credit, manager},
	"listCreditPolicies":      allRoles,
	"putCreditPolicy":         {manager},
	"listCreditDecisions":     allRoles,
	"getFraudPolicy":          allRoles,
	"putFraudPolicy":          {manager},
	"listTasks":               allRoles,
	"getTask":                 allRoles,
	"closeTask":               {sales, credit, cashier, collector, manager},
	"listScreeningLists":      allRoles,
	"putScreeningList":        {manager},
	"listScreeningEntries":    allRoles,
	"listApprovals":           allRoles,
	"getApproval":             allRoles,
	"decideApproval":          {manager},
	"listAuthorities":         allRoles,
	"putAuthority":            {}, // admin: nobody sets their own

	"listProducts":    allRoles,
	"createProduct":   {billing},
	"getProduct":      allRoles,
	"receiveStock":    {warehouse},
	"listWarehouses":  allRoles,
	"createWarehouse": {warehouse},

	"listDunningPolicies": allRoles,
	"createDunningPolicy": {manager},
	"getDunningPolicy":    allRoles,
	"listCalendars":       allRoles,
	"putCalendar":         {manager},
	"getCalendar":         allRoles,

	"listPriceLists":    allRoles,
	"putPriceList":      {billing},
	"getPriceList":      allRoles,
	"listSalesPolicies": allRoles,
	"putSalesPolicy":    {billing, manager},
	"listTaxRules":      allRoles,
	"putTaxRule":        {billing},
	"listTaxRates":      allRoles,
	"putTaxRates":       {billing},

	"listOrders":          allRoles,
	"createOrder":         {sales},
	"getOrder":            allRoles,
	"getOrderTimeline":    allRoles,
	"listOrderVersions":   allRoles,
	"getOrderStatus":      allRoles,
	"getOrderPrepayments": allRoles,
	"listReviews":         allRoles,
	"decideReview":        {credit, manager},
	"decideCredit":        {credit, manager},
	"amendOrder":          {sales},
	"cancelOrder":         {sales},
	"intervene":           {manager},
	"completeMilestone":   {sales, billing},

	"chooseBackorder":       {sales},
	"listBackorderPolicies": allRoles,
	"putBackorderPolicy":    {manager},
	"createShipment":        {warehouse},
	"getShipment":           allRoles,
	"confirmDelivery":       {warehouse},
	"tellShipment":          {warehouse},
	"requestReturn":         {sales, warehouse},
	"listReturns":           allRoles,
	"getReturn":             allRoles,
	"receiveReturn":         {warehouse},

	"listInvoices":           allRoles,
	"getInvoice":             allRoles,
	"getInvoiceStatus":       allRoles,
	"interveneInvoice":       {manager},
	"listDunningNotices":     allRoles,
	"raiseDispute":           {collector, manager},
	"listDisputes":           allRoles,
	"getDispute":             allRoles,
	"resolveDispute":         {collector, manager},
	"actOnDispute":           {collector, manager},
	"listServiceTimes":       allRoles,
	"putServiceTime":         {manager},
	"makePromise":            {collector, manager},
	"listPromises":           allRoles,
	"getPromise":             allRoles,
	"withdrawPromise":        {collector, manager},
	"holdDunning":            {collector, manager},
	"listDunningHolds":       allRoles,
	"listInstalmentPlans":    allRoles,
	"planInstalments":        {collector, manager},
	"withdrawInstalmentPlan": {collector, manager},
	"liftDunningHold":        {collector, manager},
	"listCreditNotes":        allRoles,
	"createCreditNote":       {billing},
	"getCreditNote":          allRoles,
	"listWriteOffs":          allRoles,
	"writeOff":               {manager},
	"getWriteOff":            allRoles,
	"approveWriteOff":        {manager},
	"applyCredit":            {cashier},
	"refundCredit":           {cashier},

	"listPayments":    allRoles,
	"createPayment":   {cashier},
	"getPayment":      allRoles,
	"applyPayment":    {cashier},
	"undoApplication": {cashier},
	"reversePayment":  {cashier},
	"winReversal":     {cashier},
	"refundPayment":   {cashier},

	"getShippingAudit":     allRoles,
	"getTrialBalance":      allRoles,
	"getReceivablesTieOut": allRoles,
	"getNumberingGaps":     allRoles,
	"listLedgerEntries":    allRoles,
	"listBalances":         allRoles,
	"listJournal":          allRoles,

	"listExchangeRates":  allRoles,
	"putExchangeRates":   {billing, manager},
	"listReferenceRates": allRoles,
	"putReferenceRates":  {billing, manager},
	"listPeriods":        allRoles,
	"closePeriod":        {manager},
	"listAudit":          allRoles,

	"fastForward": {sales, credit, warehouse, billing, cashier, collector, manager},
}

// whoMayAlso says which roles may do something special within an operation that their key may call.
var whoMayAlso = map[string][]string{
	overridePrices:   {manager},
	allowDuplicatePO: {manager},
	clearParties:     {manager},
}

// What is special.
const (
	overridePrices   = "give prices, discounts, payment terms and taxes of charges beyond what is determined"
	allowDuplicatePO = "enter an order although another one has its purchase order number"
	clearParties     = "release an order of which a party is on a list"
)

// mayAlso says whether somebody may do something special.
func (p Principal) mayAlso(special string) bool {
	return slices.ContainsFunc(p.Roles, func(role string) bool { return role == admin || slices.Contains(whoMayAlso[special], role) })
}

// authorize answers 403 to a key whose roles do not allow the operation.
func (s *server) authorize(c *gin.Context) {
	allowed := whoMay[operationOf(c).ID]
	for _, role := range principalOf(c).Roles {
		if role == admin || slices.Contains(allowed, role) {
			return
		}
	}
	s.refuse(c, &models.Error{
		Kind: models.KindForbidden, Code: "forbidden",
		Detail: operationOf(c).ID + " needs one of the roles " + strings.Join(append(slices.Clone(allowed), admin), ", "),
	})
}
