package handover

// Role classes. What the catalogue knows as "upright-freezer" has the role
// Things+"upright-freezer", an element of a building of IFC's type IfcWall has
// Fabric+"IfcWall".
const (
	library      = "GlassTwinRoleClassLib/"
	roleSite     = library + "Site"
	rolePlant    = library + "Plant"
	roleBuilding = library + "Building"
	roleRoom     = library + "Room"
	Things       = library + "Thing/"
	Fabric       = library + "BuildingElement/"

	roleStructure = "AutomationMLBaseRoleClassLib/AutomationMLBaseRole/Structure"
	roleResource  = "AutomationMLBaseRoleClassLib/AutomationMLBaseRole/Resource"
)

// Interface classes of the standard's library (IEC 62714-1, annex A).
const (
	classShape  = "AutomationMLInterfaceClassLib/AutomationMLBaseInterface/ExternalDataConnector/COLLADAInterface"
	classSignal = "AutomationMLInterfaceClassLib/AutomationMLBaseInterface/Communication/SignalInterface"
)

// Attributes of elements.
const (
	attrKey      = "Key"  // id in the site
	attrName     = "Name" // where the element's own name had to differ
	attrWidth    = "Size/Width"
	attrHeight   = "Size/Height"
	attrDepth    = "Size/Depth"
	attrParam    = "Parameters/"
	attrProducts = "Products"
	attrInferred = "Inferred"
	attrDrawn    = "DrawnFrom" // drawnClass: its class gives the shape, which the file only shows
	drawnClass   = "class"

	attrOutline = "Outline" // x and z of the corners, metres, in the frame of the site: +Y up
	attrFloor   = "Floor"
	attrCeiling = "Height"

	attrLatitude  = "Latitude"  // of the site, degrees
	attrLongitude = "Longitude" // degrees
	attrNorth     = "TrueNorth" // degrees counter-clockwise from the plan's -z

	attrEndpoint = "Endpoint"
	attrUser     = "User"
)

// Attributes of interfaces.
const (
	attrFile     = "refURI"
	attrKind     = "Kind"
	attrUnit     = "Unit"
	attrLeast    = "Range/Min"
	attrMost     = "Range/Max"
	attrWritable = "Writable"
	attrExpected = "Expected" // seconds
	attrPlant    = "Plant"
	attrAddress  = "Address" // NodeId
	attrScale    = "Scale"
	attrOffset   = "Offset"
)

// Separators of lists within one value.
const (
	betweenProducts = "; "
	betweenNumbers  = " "
)
