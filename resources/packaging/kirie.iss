; Inno Setup 6: an installer for Windows from dist\kirie, for one user or for all.
;   iscc /DVersion=0.1.0 resources\packaging\kirie.iss
#ifndef Version
  #define Version "0.1.0"
#endif

[Setup]
AppId={{7E4D4B0C-6A57-4E0B-9A0E-5B2F5C1A8D31}
AppName=Kirie
AppVersion={#Version}
AppPublisher=The Kirie authors
DefaultDirName={autopf}\Kirie
DefaultGroupName=Kirie
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
SetupIconFile=kirie.ico
UninstallDisplayIcon={app}\kirie.exe
OutputDir=..\..\dist
OutputBaseFilename=kirie-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
ChangesEnvironment=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "Use kirie-cli in any terminal (adds Kirie's folder to PATH)"; Flags: unchecked

[Files]
Source: "..\..\dist\kirie\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[InstallDelete]
; An update leaves no module of the last version behind.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Kirie"; Filename: "{app}\kirie.exe"
Name: "{autodesktop}\Kirie"; Filename: "{app}\kirie.exe"; Tasks: desktopicon
; Send to, which hands over all selected photos at once.
Name: "{usersendto}\Cut out with Kirie"; Filename: "{app}\kirie-cli.exe"; Parameters: "here --"; IconFilename: "{app}\kirie.exe"; Check: not IsAdminInstallMode

[Registry]
; Context menus. A photo goes to the window, which gathers all that are selected: Explorer starts a program for each.
#define Classes "Software\Classes"
#define OnPhotos Classes + "\SystemFileAssociations\image\shell\Kirie"
#define OnFolders Classes + "\Directory\shell"
Root: HKA; Subkey: "{#OnPhotos}"; ValueType: string; ValueData: "Open in Kirie"; Flags: uninsdeletekey
Root: HKA; Subkey: "{#OnPhotos}"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\kirie.exe"
Root: HKA; Subkey: "{#OnPhotos}\command"; ValueType: string; ValueData: """{app}\kirie.exe"" ""%1"""
Root: HKA; Subkey: "{#OnFolders}\Kirie"; ValueType: string; ValueData: "Open in Kirie"; Flags: uninsdeletekey
Root: HKA; Subkey: "{#OnFolders}\Kirie"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\kirie.exe"
Root: HKA; Subkey: "{#OnFolders}\Kirie\command"; ValueType: string; ValueData: """{app}\kirie.exe"" ""%1"""
Root: HKA; Subkey: "{#OnFolders}\KirieHere"; ValueType: string; ValueData: "Cut out with Kirie"; Flags: uninsdeletekey
Root: HKA; Subkey: "{#OnFolders}\KirieHere"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\kirie.exe"
Root: HKA; Subkey: "{#OnFolders}\KirieHere\command"; ValueType: string; ValueData: """{app}\kirie-cli.exe"" here -- ""%1"""
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: NotInPath

[Run]
Filename: "{app}\kirie.exe"; Description: "{cm:LaunchProgram,Kirie}"; Flags: nowait postinstall skipifsilent

[Code]
function NotInPath: Boolean;
var
  Path: String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';') = 0;
end;
