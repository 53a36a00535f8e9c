<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>About</name>
    <message>
        <source>About Kirie</source>
        <translation>关于 Kirie</translation>
    </message>
    <message>
        <source>Cuts subjects out of photos on your own computer.</source>
        <translation>在自己的电脑上抠出照片中的主体。</translation>
    </message>
    <message>
        <source>Free software under the MIT licence. Nothing is sent anywhere.</source>
        <translation>基于 MIT 许可的自由软件，不向任何地方发送数据。</translation>
    </message>
    <message>
        <source>Versions and licences of the libraries</source>
        <translation>所用程序库的版本与许可</translation>
    </message>
    <message>
        <source>The licence’s text is not installed.</source>
        <translation>未安装许可证文本。</translation>
    </message>
    <message>
        <source>All libraries</source>
        <translation>全部组件</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Add &amp;photos…</source>
        <translation>添加照片(&amp;P)…</translation>
    </message>
    <message>
        <source>Choose photos to cut out</source>
        <translation>选择要抠图的照片</translation>
    </message>
    <message>
        <source>Add &amp;folder…</source>
        <translation>添加文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Choose a folder; its subfolders are taken along</source>
        <translation>选择文件夹，子文件夹一并加入</translation>
    </message>
    <message>
        <source>Try the &amp;sample photos</source>
        <translation>试用示例照片(&amp;S)</translation>
    </message>
    <message>
        <source>Add a few photos that come with Kirie</source>
        <translation>添加几张 Kirie 自带的照片</translation>
    </message>
    <message>
        <source>&amp;Retry failed photos</source>
        <translation>重试失败的照片(&amp;R)</translation>
    </message>
    <message>
        <source>Try the photos that failed once more</source>
        <translation>把失败的照片再试一次</translation>
    </message>
    <message>
        <source>&amp;Pause or resume</source>
        <translation>暂停或继续(&amp;P)</translation>
    </message>
    <message>
        <source>Hold the batch after the photos under way, or let it go on</source>
        <translation>处理完手头的照片后暂停，或让批处理继续</translation>
    </message>
    <message>
        <source>Cancel the &amp;batch</source>
        <translation>取消批处理(&amp;B)</translation>
    </message>
    <message>
        <source>Stop within a photo; what is done stays done</source>
        <translation>在一张照片之内停下，已完成的保留</translation>
    </message>
    <message>
        <source>Show in file &amp;manager</source>
        <translation>在文件管理器中显示(&amp;M)</translation>
    </message>
    <message>
        <source>Show the cutout, or the photo while there is none, in its folder</source>
        <translation>在文件夹中显示抠图；还没有时显示照片</translation>
    </message>
    <message>
        <source>Open the &amp;output folder</source>
        <translation>打开输出文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>Open the folder that cutouts are written to</source>
        <translation>打开写入抠图的文件夹</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Close Kirie; everything is kept for the next time</source>
        <translation>关闭 Kirie，一切保留到下次</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Copy cutout</source>
        <translation>复制抠图(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the cutout with its transparency, in full size</source>
        <translation>以原始尺寸复制带透明的抠图</translation>
    </message>
    <message>
        <source>&amp;Paste photos</source>
        <translation>粘贴照片(&amp;P)</translation>
    </message>
    <message>
        <source>Add a picture, files or folders from the clipboard</source>
        <translation>从剪贴板添加图片、文件或文件夹</translation>
    </message>
    <message>
        <source>Select &amp;all photos</source>
        <translation>全选照片(&amp;A)</translation>
    </message>
    <message>
        <source>Select every photo that the list shows</source>
        <translation>选中列表中显示的所有照片</translation>
    </message>
    <message>
        <source>Apply settings to a&amp;ll photos</source>
        <translation>将设置应用到所有照片(&amp;L)</translation>
    </message>
    <message>
        <source>Use this photo’s settings for all photos, and for those added later</source>
        <translation>所有照片以及以后添加的照片都使用这张的设置</translation>
    </message>
    <message>
        <source>Re&amp;move from list</source>
        <translation>从列表移除(&amp;M)</translation>
    </message>
    <message>
        <source>Take the selected photos out of the list; the files stay</source>
        <translation>将所选照片移出列表，文件保留</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Cutout</source>
        <translation>抠图(&amp;C)</translation>
    </message>
    <message>
        <source>The subject on a checkerboard or its new background</source>
        <translation>棋盘格或新背景上的主体</translation>
    </message>
    <message>
        <source>&amp;Mask</source>
        <translation>蒙版(&amp;M)</translation>
    </message>
    <message>
        <source>The opacity as a grey picture</source>
        <translation>以灰度图显示不透明度</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>叠加(&amp;O)</translation>
    </message>
    <message>
        <source>The photo, with what is left out under a red film</source>
        <translation>显示照片，去除的部分覆盖红膜</translation>
    </message>
    <message>
        <source>Ori&amp;ginal</source>
        <translation>原图(&amp;G)</translation>
    </message>
    <message>
        <source>The photo as it is</source>
        <translation>照片原样</translation>
    </message>
    <message>
        <source>&amp;Split</source>
        <translation>对比(&amp;S)</translation>
    </message>
    <message>
        <source>Before and after, with a line to drag</source>
        <translation>前后对比，可拖动分界线</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Show the photo larger</source>
        <translation>放大显示照片</translation>
    </message>
    <message>
        <source>Zoom o&amp;ut</source>
        <translation>缩小(&amp;U)</translation>
    </message>
    <message>
        <source>Show the photo smaller</source>
        <translation>缩小显示照片</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation>显示整张照片</translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>One pixel of the photo on one pixel of the screen</source>
        <translation>照片像素与屏幕像素一一对应</translation>
    </message>
    <message>
        <source>&amp;Next photo</source>
        <translation>下一张(&amp;N)</translation>
    </message>
    <message>
        <source>Look at the next photo in the list</source>
        <translation>查看列表中的下一张照片</translation>
    </message>
    <message>
        <source>&amp;Previous photo</source>
        <translation>上一张(&amp;P)</translation>
    </message>
    <message>
        <source>Look at the previous photo in the list</source>
        <translation>查看列表中的上一张照片</translation>
    </message>
    <message>
        <source>Next photo that wants a &amp;look</source>
        <translation>下一张需要检查的照片(&amp;L)</translation>
    </message>
    <message>
        <source>Look at the next photo whose cutout is doubtful</source>
        <translation>查看下一张结果存疑的照片</translation>
    </message>
    <message>
        <source>Previous photo that &amp;wants a look</source>
        <translation>上一张需要检查的照片(&amp;W)</translation>
    </message>
    <message>
        <source>Look at the previous photo whose cutout is doubtful</source>
        <translation>查看上一张结果存疑的照片</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Cutouts</source>
        <translation>抠图(&amp;C)</translation>
    </message>
    <message>
        <source>Cut subjects out of photos</source>
        <translation>从照片中抠出主体</translation>
    </message>
    <message>
        <source>&amp;Teach Kirie…</source>
        <translation>教 Kirie(&amp;T)…</translation>
    </message>
    <message>
        <source>Let Kirie learn from your corrections, on this computer</source>
        <translation>让 Kirie 在这台电脑上学习您的修正</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>Language, theme, models and device</source>
        <translation>语言、主题、模型与设备</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation>所有按键一览</translation>
    </message>
    <message>
        <source>Show the &amp;log</source>
        <translation>显示日志(&amp;L)</translation>
    </message>
    <message>
        <source>What went wrong in detail, to read or to send</source>
        <translation>出错的详细信息，可阅读或发送</translation>
    </message>
    <message>
        <source>&amp;About Kirie</source>
        <translation>关于 Kirie(&amp;A)</translation>
    </message>
    <message>
        <source>Versions and licences</source>
        <translation>版本与许可</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>抓手(&amp;H)</translation>
    </message>
    <message>
        <source>Drag the cutout out of the window, or move the photo</source>
        <translation>把抠图拖出窗口，或移动照片</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>Click a thing, or paint over it roughly: it comes or goes up to its edges</source>
        <translation>点击一个物体，或在上面粗略涂抹：整个物体会沿边缘加入或去掉</translation>
    </message>
    <message>
        <source>&amp;Paint</source>
        <translation>绘制(&amp;P)</translation>
    </message>
    <message>
        <source>Paint what stays or goes, exactly where the brush goes</source>
        <translation>画笔经过之处精确地保留或擦除</translation>
    </message>
    <message>
        <source>&amp;Box</source>
        <translation>框选(&amp;B)</translation>
    </message>
    <message>
        <source>Draw a box around a thing: the model looks there again; with Shift nothing else stays</source>
        <translation>在物体周围画一个框：模型会在框内再看一次；按住 Shift 则只留框内的物体</translation>
    </message>
    <message>
        <source>&amp;Export photos</source>
        <translation>导出照片(&amp;E)</translation>
    </message>
    <message>
        <source>Write every photo that is not exported yet or has changed since</source>
        <translation>写出所有尚未导出或导出后又有改动的照片</translation>
    </message>
    <message>
        <source>Export the se&amp;lected photos</source>
        <translation>导出所选照片(&amp;L)</translation>
    </message>
    <message>
        <source>Export only what is selected in the list, again if need be</source>
        <translation>只导出列表中所选的照片，必要时重新导出</translation>
    </message>
    <message>
        <source>&amp;Fine, next to review</source>
        <translation>没问题，看下一张(&amp;F)</translation>
    </message>
    <message>
        <source>Say that this cutout is fine and look at the next one that wants a look</source>
        <translation>确认这张抠图没问题，并查看下一张需要检查的照片</translation>
    </message>
    <message>
        <source>Save &amp;marks…</source>
        <translation>保存标记(&amp;M)…</translation>
    </message>
    <message>
        <source>Write the marks of all photos into a folder, for kirie cut --marks</source>
        <translation>把所有照片的标记写入一个文件夹，供 kirie cut --marks 使用</translation>
    </message>
    <message>
        <source>Rea&amp;d marks…</source>
        <translation>读取标记(&amp;D)…</translation>
    </message>
    <message>
        <source>Give the photos of the list the marks that a folder holds for them</source>
        <translation>把文件夹中保存的标记用于列表里的照片</translation>
    </message>
    <message>
        <source>Take back the last step: a setting, a mark or stroke, a photo taken off the list</source>
        <translation>撤销上一步：设置、标记或笔画、从列表中移除的照片</translation>
    </message>
    <message>
        <source>Make the step again that was taken back</source>
        <translation>重做被撤销的一步</translation>
    </message>
    <message>
        <source>&amp;Grid of photos</source>
        <translation>照片网格(&amp;G)</translation>
    </message>
    <message>
        <source>Show all photos side by side, or the one looked at again</source>
        <translation>并排显示所有照片，或回到当前照片</translation>
    </message>
    <message>
        <source>&amp;Use a mask…</source>
        <translation>使用蒙版(&amp;U)…</translation>
    </message>
    <message>
        <source>Let a grey picture say what stays of this photo, in place of the model</source>
        <translation>由一张灰度图片代替模型决定这张照片保留什么</translation>
    </message>
    <message>
        <source>&amp;Watch a folder…</source>
        <translation>监视文件夹(&amp;W)…</translation>
    </message>
    <message>
        <source>Cut out photos by themselves as they arrive in a folder</source>
        <translation>文件夹中有新照片时自动抠图</translation>
    </message>
    <message>
        <source>Pause or resume wat&amp;ching</source>
        <translation>暂停或继续监视(&amp;C)</translation>
    </message>
    <message>
        <source>Hold the watched folder after the photos under way, or let it go on</source>
        <translation>处理完手头的照片后暂停监视文件夹，或让它继续</translation>
    </message>
    <message>
        <source>&amp;Retina photos</source>
        <translation>视网膜照片(&amp;R)</translation>
    </message>
    <message>
        <source>Find the blood vessels and measure them</source>
        <translation>找出血管并测量</translation>
    </message>
    <message>
        <source>Export this one &amp;as…</source>
        <translation>将这张导出为(&amp;A)…</translation>
    </message>
    <message>
        <source>Write the photo on the canvas to a file of your choice, in any format</source>
        <translation>把画布上的照片写入您指定的文件，格式任选</translation>
    </message>
</context>
<context>
    <name>ApplyBar</name>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Use settings for a shop or saved by name, or save these; what is written changes for all photos</source>
        <translation>使用为商店准备的或已命名保存的设置，或保存当前设置；写出方式对所有照片生效</translation>
    </message>
    <message>
        <source>Apply to all</source>
        <translation>应用到全部</translation>
    </message>
    <message>
        <source>Give all photos the settings of this one</source>
        <translation>让所有照片使用这张的设置</translation>
    </message>
    <message>
        <source>Apply to selected</source>
        <translation>应用到所选</translation>
    </message>
    <message>
        <source>Give the selected photos this one&apos;s settings</source>
        <translation>让所选照片使用这张的设置</translation>
    </message>
</context>
<context>
    <name>BackgroundSection</name>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Transparent</source>
        <translation>透明</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>One colour behind the subject</source>
        <translation>主体后面为单一颜色</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>A picture behind the subject</source>
        <translation>主体后面为图片</translation>
    </message>
    <message>
        <source>Background colour</source>
        <translation>背景颜色</translation>
    </message>
    <message>
        <source>Choose the colour behind the subject</source>
        <translation>选择主体后面的颜色</translation>
    </message>
    <message>
        <source>Background picture</source>
        <translation>背景图片</translation>
    </message>
    <message>
        <source>Choose the picture behind the subject</source>
        <translation>选择主体后面的图片</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>图片 ({patterns})</translation>
    </message>
    <message>
        <source>Background and shadow</source>
        <translation>背景与阴影</translation>
    </message>
    <message>
        <source>No shadow</source>
        <translation>没有阴影</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>投影</translation>
    </message>
    <message>
        <source>A shadow thrown by a light</source>
        <translation>由光线投下的阴影</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>接触</translation>
    </message>
    <message>
        <source>The shadow of the ground it stands on</source>
        <translation>主体站立处地面的阴影</translation>
    </message>
    <message>
        <source>Its colour</source>
        <translation>阴影颜色</translation>
    </message>
</context>
<context>
    <name>BatchBar</name>
    <message>
        <source>Progress of the batch</source>
        <translation>批处理进度</translation>
    </message>
    <message>
        <source>State of the batch</source>
        <translation>批处理状态</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hold the batch after the photos under way</source>
        <translation>处理完手头的照片后暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop within a photo; what is done stays done</source>
        <translation>在一张照片之内停下，已完成的保留</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open the folder that cutouts are written to</source>
        <translation>打开写入抠图的文件夹</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>{rate} photos/s</source>
        <translation>每秒 {rate} 张</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>失败 {count} 张</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Let the batch go on (Ctrl+P)</source>
        <translation>让批处理继续 (Ctrl+P)</translation>
    </message>
    <message>
        <source>Hold the batch after the photos under way (Ctrl+P)</source>
        <translation>处理完手头的照片后暂停 (Ctrl+P)</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>{count} without a subject</source>
        <translation>{count} 张没有主体</translation>
    </message>
    <message>
        <source>{count} skipped</source>
        <translation>跳过 {count} 张</translation>
    </message>
    <message>
        <source>{count} not begun</source>
        <translation>{count} 张未开始</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} 秒</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{count} fill less of the canvas than asked</source>
        <translation>{count} 张未达到画布占比</translation>
    </message>
    <message>
        <source>{count} enlarged</source>
        <translation>{count} 张被放大</translation>
    </message>
    <message>
        <source>Try the photos that failed once more (Ctrl+R)</source>
        <translation>再试一次失败的照片 (Ctrl+R)</translation>
    </message>
    <message>
        <source>Change where exported photos go to and what they are</source>
        <translation>更改导出位置和导出内容</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>map</source>
        <translation>概率图</translation>
    </message>
    <message>
        <source>to {folder}  ·  {kinds}</source>
        <translation>到 {folder}  ·  {kinds}</translation>
    </message>
    <message>
        <source>Retry {count} failed</source>
        <translation>重试 {count} 张失败的</translation>
    </message>
    <message>
        <source>Export again</source>
        <translation>重新导出</translation>
    </message>
    <message>
        <source>Export 1 photo</source>
        <translation>导出 1 张照片</translation>
    </message>
    <message>
        <source>Export {count} photos</source>
        <translation>导出 {count} 张照片</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export all photos once more (Ctrl+Return)</source>
        <translation>重新导出所有照片 (Ctrl+Return)</translation>
    </message>
    <message>
        <source>Write every photo that is not exported yet or has changed since (Ctrl+Return)</source>
        <translation>写出所有尚未导出或导出后又有改动的照片 (Ctrl+Return)</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>{count} exported</source>
        <translation>已导出 {count} 张</translation>
    </message>
    <message>
        <source>{count} to review</source>
        <translation>{count} 张待检查</translation>
    </message>
</context>
<context>
    <name>BatchController</name>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Finishing the photos under way…</source>
        <translation>正在完成手头的照片…</translation>
    </message>
    <message>
        <source>There is no model for this mode yet; import one in the settings</source>
        <translation>此模式还没有模型，请在设置中导入</translation>
    </message>
    <message>
        <source>The batch stopped unexpectedly; the log has the details</source>
        <translation>批处理意外停止，详情见日志</translation>
    </message>
    <message>
        <source>Kirie is done</source>
        <translation>Kirie 已完成</translation>
    </message>
</context>
<context>
    <name>BeforeAfterPictures</name>
    <message>
        <source>kept aside: it has not learned this photo</source>
        <translation>预留：它没有学过这张照片</translation>
    </message>
    <message>
        <source>it has learned this photo</source>
        <translation>它学过这张照片</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>kept aside</source>
        <translation>预留</translation>
    </message>
    <message>
        <source>learned from</source>
        <translation>学过</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Wheel zooms to the cursor; space and drag moves the photo</source>
        <translation>滚轮以光标为中心缩放；按住空格拖动照片</translation>
    </message>
</context>
<context>
    <name>CanvasBar</name>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
</context>
<context>
    <name>CanvasSection</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>As the photo</source>
        <translation>与照片相同</translation>
    </message>
    <message>
        <source>Size for all photos, in pixels (2000x2000) or as a ratio (4:5); several, with commas between them</source>
        <translation>用于所有照片的尺寸：像素（2000x2000）或比例（4:5）；可用逗号分隔多个</translation>
    </message>
    <message>
        <source>Canvas size</source>
        <translation>画布尺寸</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Write pixels as 2000x2000 or a ratio as 4:5.</source>
        <translation>像素请写成 2000x2000，比例请写成 4:5。</translation>
    </message>
    <message>
        <source>The side that limits it</source>
        <translation>先碰到边的一侧</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>In the middle</source>
        <translation>居中</translation>
    </message>
    <message>
        <source>At the top</source>
        <translation>靠上</translation>
    </message>
    <message>
        <source>At the bottom</source>
        <translation>靠下</translation>
    </message>
    <message>
        <source>On the left</source>
        <translation>靠左</translation>
    </message>
    <message>
        <source>On the right</source>
        <translation>靠右</translation>
    </message>
    <message>
        <source>The subject has too few pixels: its share would need {wanted} % of the photo&apos;s size.</source>
        <translation>主体像素不足：要达到占比，需放大到照片尺寸的 {wanted}%。</translation>
    </message>
    <message>
        <source>The subject is enlarged to {scale} % of the photo&apos;s size.</source>
        <translation>主体被放大到照片尺寸的 {scale}%。</translation>
    </message>
    <message>
        <source>Which of the sizes the canvas shows; all of them are written</source>
        <translation>画布显示哪一种尺寸；所有尺寸都会保存</translation>
    </message>
    <message>
        <source>Size shown</source>
        <translation>显示的尺寸</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>ClipboardAndDrag</name>
    <message>
        <source>There is no cutout to copy yet</source>
        <translation>还没有可复制的抠图</translation>
    </message>
    <message>
        <source>Copying…</source>
        <translation>正在复制…</translation>
    </message>
    <message>
        <source>The cutout of {name} is on the clipboard</source>
        <translation>{name} 的抠图已在剪贴板上</translation>
    </message>
    <message>
        <source>The cutout is ready now; drag it out again</source>
        <translation>抠图已就绪，请再次拖出</translation>
    </message>
</context>
<context>
    <name>CurrentPhoto</name>
    <message>
        <source>Finding the subject…</source>
        <translation>正在寻找主体…</translation>
    </message>
    <message>
        <source>No subject found at this threshold</source>
        <translation>在此阈值下没有找到主体</translation>
    </message>
    <message>
        <source>Looking closer…</source>
        <translation>正在仔细查看…</translation>
    </message>
</context>
<context>
    <name>DevicePage</name>
    <message>
        <source>Test this device</source>
        <translation>测试此设备</translation>
    </message>
    <message>
        <source>Cut a small picture on the chosen device and tell how long it takes</source>
        <translation>在所选设备上处理一张小图并报告用时</translation>
    </message>
    <message>
        <source>Result of the test</source>
        <translation>测试结果</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>正在测试…</translation>
    </message>
    <message>
        <source>Works: {device}, {milliseconds} ms a photo.</source>
        <translation>可用：{device}，每张照片 {milliseconds} 毫秒。</translation>
    </message>
    <message>
        <source>A faster device was not used: {reason}</source>
        <translation>未使用更快的设备：{reason}</translation>
    </message>
    <message>
        <source>The test failed; the log tells more.</source>
        <translation>测试失败，详情见日志。</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Drop photos or a folder here</source>
        <translation>将照片或文件夹拖到这里</translation>
    </message>
    <message>
        <source>Kirie finds the subject in each photo and cuts it out, on this computer.
Subfolders are taken along; your photos are never changed.</source>
        <translation>Kirie 在这台电脑上找出并抠出每张照片中的主体。
子文件夹一并处理，绝不改动您的照片。</translation>
    </message>
</context>
<context>
    <name>ExportAs</name>
    <message>
        <source>There is no cutout to export yet</source>
        <translation>还没有可导出的抠图</translation>
    </message>
    <message>
        <source>Export this one as</source>
        <translation>将这张导出为</translation>
    </message>
    <message>
        <source>{name} is a photo of the list; choose another name</source>
        <translation>{name} 是列表中的照片；请换一个名称</translation>
    </message>
    <message>
        <source>{name} is of no kind that can be written; choose one of {kinds}</source>
        <translation>无法写出 {name} 这种类型的文件；请选择 {kinds} 之一</translation>
    </message>
    <message>
        <source>Exporting {name}…</source>
        <translation>正在导出 {name}…</translation>
    </message>
    <message>
        <source>Exported to {path}</source>
        <translation>已导出到 {path}</translation>
    </message>
</context>
<context>
    <name>FoldButton</name>
    <message>
        <source>Show or hide {title}</source>
        <translation>展开或收起“{title}”</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Settings of the photo</source>
        <translation>照片的设置</translation>
    </message>
    <message>
        <source>This photo</source>
        <translation>这张照片</translation>
    </message>
    <message>
        <source>All photos</source>
        <translation>所有照片</translation>
    </message>
</context>
<context>
    <name>LabelledSlider</name>
    <message>
        <source>{tip}. Double-click for the default.</source>
        <translation>{tip}。双击恢复默认值。</translation>
    </message>
</context>
<context>
    <name>ListActions</name>
    <message>
        <source>No file manager could be opened. It is here: {path}</source>
        <translation>无法打开文件管理器。位置：{path}</translation>
    </message>
    <message>
        <source>There is no photo in it that Kirie can read</source>
        <translation>其中没有 Kirie 能读取的照片</translation>
    </message>
    <message>
        <source>{link} gave no picture</source>
        <translation>{link} 没有返回图片</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Add photos</source>
        <translation>添加照片</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>There is no photo on the clipboard</source>
        <translation>剪贴板上没有照片</translation>
    </message>
    <message>
        <source>1 cutout made by Kirie was left out</source>
        <translation>已略过 1 张由 Kirie 生成的抠图</translation>
    </message>
    <message>
        <source>{count} cutouts made by Kirie were left out</source>
        <translation>已略过 {count} 张由 Kirie 生成的抠图</translation>
    </message>
    <message>
        <source>These photos are in the list already</source>
        <translation>这些照片已在列表中</translation>
    </message>
    <message>
        <source>No photo wants a look any more</source>
        <translation>没有需要检查的照片了</translation>
    </message>
</context>
<context>
    <name>LogViewer</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Nothing has gone wrong so far.</source>
        <translation>到目前为止一切正常。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the log to the clipboard</source>
        <translation>将日志复制到剪贴板</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Show the log file’s folder</source>
        <translation>显示日志文件所在文件夹</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>What is not kept</source>
        <translation>不会保留的内容</translation>
    </message>
    <message>
        <source>Your list is open in another Kirie window that cannot be reached from here. Everything works, but the list of this window is not kept.</source>
        <translation>您的列表已在另一个 Kirie 窗口中打开，从这里无法连接到该窗口。一切功能照常，但此窗口的列表不会保留。</translation>
    </message>
    <message>
        <source>The list of photos is not being kept: the disk is full. Free some space.</source>
        <translation>照片列表未能保存：磁盘已满。请腾出一些空间。</translation>
    </message>
    <message>
        <source>The list of photos and the settings are not kept: Kirie cannot write to its own folder {folder} ({reason}). Everything else works.</source>
        <translation>照片列表和设置不会保留：Kirie 无法写入自己的文件夹 {folder}（{reason}）。其他功能照常。</translation>
    </message>
    <message>
        <source>No vessel model is installed. Import one under Tools, Settings, Models.</source>
        <translation>没有安装血管模型。请在“工具 → 设置 → 模型”中导入。</translation>
    </message>
    <message>
        <source>No model is installed. Get one under Tools, Settings, Models.</source>
        <translation>没有安装模型。请在“工具 → 设置 → 模型”中获取。</translation>
    </message>
</context>
<context>
    <name>MarksFiles</name>
    <message>
        <source>Save marks: choose a folder</source>
        <translation>保存标记：选择文件夹</translation>
    </message>
    <message>
        <source>No photo has marks yet</source>
        <translation>还没有照片带有标记</translation>
    </message>
    <message>
        <source>Read marks: choose their folder</source>
        <translation>读取标记：选择所在文件夹</translation>
    </message>
    <message>
        <source>The marks could not be saved; the log says why</source>
        <translation>无法保存标记；原因见日志</translation>
    </message>
    <message>
        <source>{name} was left out: another photo has its name. Add their folder instead of the files.</source>
        <translation>{name} 已略过：另一张照片与它同名。请添加它们所在的文件夹，而不是单个文件。</translation>
    </message>
    <message>
        <source>The marks are saved in {folder}</source>
        <translation>标记已保存在 {folder}</translation>
    </message>
    <message>
        <source>There are no marks for these photos in that folder</source>
        <translation>该文件夹中没有这些照片的标记</translation>
    </message>
    <message>
        <source>Photos that have marks now: {count}</source>
        <translation>现在带有标记的照片：{count}</translation>
    </message>
</context>
<context>
    <name>MaskFile</name>
    <message>
        <source>Use a mask: choose a grey picture</source>
        <translation>使用蒙版：选择一张灰度图片</translation>
    </message>
    <message>
        <source>{mask} takes the place of the model for {photo}; Edit, Undo brings the model back</source>
        <translation>{mask} 已代替模型用于 {photo}；用“编辑 › 撤销”可恢复模型</translation>
    </message>
    <message>
        <source>The mask could not be used; the log says why</source>
        <translation>无法使用该蒙版；原因见日志</translation>
    </message>
</context>
<context>
    <name>MassChanges</name>
    <message>
        <source>Removed 1 photo from the list</source>
        <translation>已从列表中移除 1 张照片</translation>
    </message>
    <message>
        <source>Removed {count} photos from the list</source>
        <translation>已从列表中移除 {count} 张照片</translation>
    </message>
    <message>
        <source>Applied to {count} photos</source>
        <translation>已应用到 {count} 张照片</translation>
    </message>
</context>
<context>
    <name>MixSlider</name>
    <message>
        <source>Mixture of the trained model and its start</source>
        <translation>训练所得模型与起始模型的混合</translation>
    </message>
    <message>
        <source>Right: all that it learned from your photos. Left: all that its start knew.</source>
        <translation>最右：全部采用从您的照片学到的内容。最左：全部保留起始模型原有的能力。</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>您的照片</translation>
    </message>
</context>
<context>
    <name>ModelChooser</name>
    <message>
        <source>{model} is not installed any more; {other} is used instead</source>
        <translation>{model} 已不再安装，改用 {other}</translation>
    </message>
    <message>
        <source>Predictions run on {device}</source>
        <translation>预测运行于 {device}</translation>
    </message>
    <message>
        <source>A faster device was not used: {reason}</source>
        <translation>未使用更快的设备：{reason}</translation>
    </message>
    <message>
        <source>The model could not be loaded; the log has the details</source>
        <translation>无法载入模型，详情见日志</translation>
    </message>
</context>
<context>
    <name>ModelDownloads</name>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Stopped; what has arrived is kept.</source>
        <translation>已停止，已下载的部分会保留。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Something went wrong inside Kirie; the log tells more.</source>
        <translation>Kirie 内部出错，详情见日志。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Installing…</source>
        <translation>正在安装…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>{rate}/s</source>
        <translation>{rate}/秒</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
</context>
<context>
    <name>ModelOffer</name>
    <message>
        <source>{model} finds the subjects now</source>
        <translation>现在由 {model} 寻找主体</translation>
    </message>
    <message>
        <source>{model} is installed</source>
        <translation>{model} 已安装</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model, for all photos</source>
        <translation>模型（用于所有照片）</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The network that finds the subject</source>
        <translation>寻找主体的网络</translation>
    </message>
    <message>
        <source>Manage models</source>
        <translation>管理模型</translation>
    </message>
    <message>
        <source>Download, import or remove models</source>
        <translation>下载、导入或移除模型</translation>
    </message>
    <message>
        <source>Retina photos: {model}</source>
        <translation>视网膜照片：{model}</translation>
    </message>
</context>
<context>
    <name>ModelPicture</name>
    <message>
        <source>Cut out by {model}</source>
        <translation>由“{model}”抠出</translation>
    </message>
    <message>
        <source>The same photo for all models, as this one finds its subject</source>
        <translation>各模型用的是同一张照片，这里是它找到的主体</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Find subjects with this model from now on</source>
        <translation>从现在起用这个模型寻找主体</translation>
    </message>
    <message>
        <source>Use it now</source>
        <translation>立即使用</translation>
    </message>
    <message>
        <source>Installed.</source>
        <translation>已安装。</translation>
    </message>
    <message>
        <source>Used from now on.</source>
        <translation>从现在起使用。</translation>
    </message>
    <message>
        <source>Download of {model}</source>
        <translation>下载 {model}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop; what has arrived is kept</source>
        <translation>停止，已下载的部分保留</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>说明卡</translation>
    </message>
    <message>
        <source>Data, recipe, scores and terms</source>
        <translation>数据、配方、得分与条款</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Download {size} and install</source>
        <translation>下载 {size} 并安装</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Delete the weights from this computer</source>
        <translation>从这台电脑删除权重</translation>
    </message>
    <message>
        <source>Overlap with masks drawn by hand, over 80 photos that it has not learned from; the bar begins at {low}.</source>
        <translation>在 80 张它没有学过的照片上与手绘蒙版的重合度；条形从 {low} 开始。</translation>
    </message>
    <message>
        <source>A photo takes {times} times as long as with the model that comes with Kirie.</source>
        <translation>每张照片所用时间是 Kirie 自带模型的 {times} 倍。</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>{times}× the time</source>
        <translation>{times} 倍时间</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>bundled</source>
        <translation>自带</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>Free for commercial work: yes</source>
        <translation>可免费商用：是</translation>
    </message>
    <message>
        <source>Free for commercial work: no</source>
        <translation>可免费商用：否</translation>
    </message>
    <message>
        <source>Free for commercial work: not stated</source>
        <translation>可免费商用：未说明</translation>
    </message>
    <message>
        <source>Measured by Kirie: {scores}</source>
        <translation>Kirie 的测量：{scores}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>All models that Kirie knows</source>
        <translation>Kirie 知道的所有模型</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件…</translation>
    </message>
    <message>
        <source>Install weights that you already have</source>
        <translation>安装您已有的权重</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Show where installed models are kept</source>
        <translation>显示已安装模型的位置</translation>
    </message>
    <message>
        <source>Take over from rembg ({count})</source>
        <translation>从 rembg 导入（{count}）</translation>
    </message>
    <message>
        <source>Install what rembg keeps in {folder}: {files}. Its own files stay as they are.</source>
        <translation>安装 rembg 保存在 {folder} 中的模型：{files}。rembg 的文件保持不变。</translation>
    </message>
    <message>
        <source>Importing {file}…</source>
        <translation>正在导入 {file}…</translation>
    </message>
    <message>
        <source>Importing from rembg…</source>
        <translation>正在从 rembg 导入…</translation>
    </message>
    <message>
        <source>Downloading {model}…</source>
        <translation>正在下载 {model}…</translation>
    </message>
    <message>
        <source>{model} is installed.</source>
        <translation>{model} 已安装。</translation>
    </message>
    <message>
        <source>Imported {model}.</source>
        <translation>已导入 {model}。</translation>
    </message>
    <message>
        <source>Remove a model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>Delete the weights of {model} from this computer?</source>
        <translation>从这台电脑删除 {model} 的权重？</translation>
    </message>
    <message>
        <source>Model card</source>
        <translation>模型说明卡</translation>
    </message>
    <message>
        <source>Data, recipe, scores and terms</source>
        <translation>数据、配方、得分与条款</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>导入权重</translation>
    </message>
    <message>
        <source>Something went wrong inside Kirie; the log tells more.</source>
        <translation>Kirie 内部出错，详情见日志。</translation>
    </message>
</context>
<context>
    <name>OfferLine</name>
    <message>
        <source>Finer outlines: get {model}, {size}</source>
        <translation>轮廓更精细：获取 {model}，{size}</translation>
    </message>
    <message>
        <source>Download of {model}</source>
        <translation>下载 {model}</translation>
    </message>
    <message>
        <source>Get</source>
        <translation>获取</translation>
    </message>
    <message>
        <source>Download a model with finer outlines and use it</source>
        <translation>下载轮廓更精细的模型并使用它</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop; what has arrived is kept</source>
        <translation>停止，已下载的部分保留</translation>
    </message>
    <message>
        <source>Do not offer this again; the model stays in the list under Settings, Models</source>
        <translation>不再提示；该模型仍列在“设置”的“模型”页中</translation>
    </message>
    <message>
        <source>No, thanks</source>
        <translation>不用了</translation>
    </message>
</context>
<context>
    <name>OutputSection</name>
    <message>
        <source>Output folder</source>
        <translation>输出文件夹</translation>
    </message>
    <message>
        <source>Choose where results are written</source>
        <translation>选择结果写入的位置</translation>
    </message>
    <message>
        <source>Cutout</source>
        <translation>抠图</translation>
    </message>
    <message>
        <source>Write the subject itself</source>
        <translation>写出主体本身</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>Write the opacity as a grey PNG</source>
        <translation>将不透明度写为灰度 PNG</translation>
    </message>
    <message>
        <source>Probability map</source>
        <translation>概率图</translation>
    </message>
    <message>
        <source>Write what the model computed as a grey PNG</source>
        <translation>将模型计算结果写为灰度 PNG</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>File format of the cutout</source>
        <translation>抠图的文件格式</translation>
    </message>
    <message>
        <source>PNG</source>
        <translation>PNG</translation>
    </message>
    <message>
        <source>WebP</source>
        <translation>WebP</translation>
    </message>
    <message>
        <source>AVIF</source>
        <translation>AVIF</translation>
    </message>
    <message>
        <source>TIFF</source>
        <translation>TIFF</translation>
    </message>
    <message>
        <source>PSD, layer with mask</source>
        <translation>PSD，带蒙版的图层</translation>
    </message>
    <message>
        <source>JPEG, no transparency</source>
        <translation>JPEG，无透明</translation>
    </message>
    <message>
        <source>JPEG has no transparency: the background becomes white.</source>
        <translation>JPEG 不支持透明：背景变为白色。</translation>
    </message>
    <message>
        <source>Existing files</source>
        <translation>已有文件</translation>
    </message>
    <message>
        <source>What to do when a file is already there</source>
        <translation>文件已存在时的处理方式</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>覆盖</translation>
    </message>
    <message>
        <source>Write under a new name</source>
        <translation>以新名称写入</translation>
    </message>
    <message>
        <source>Write an empty cutout where no subject was found</source>
        <translation>没有找到主体时写出空白抠图</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Photos without a subject too</source>
        <translation>没有主体的照片也写入</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Of JPEG and WebP; at 95 no difference is seen</source>
        <translation>JPEG 与 WebP 的质量；95 时看不出差别</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Which colour profile the files have</source>
        <translation>文件使用的颜色配置</translation>
    </message>
    <message>
        <source>As in the photo</source>
        <translation>与照片相同</translation>
    </message>
    <message>
        <source>sRGB, for shops and the web</source>
        <translation>sRGB，用于网店和网页</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>元数据</translation>
    </message>
    <message>
        <source>What is kept of EXIF, XMP and IPTC</source>
        <translation>保留哪些 EXIF、XMP 和 IPTC 信息</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Without places and serial numbers</source>
        <translation>去除位置与序列号</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>PathRow</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
</context>
<context>
    <name>PhotoGrid</name>
    <message>
        <source>Photos in a grid</source>
        <translation>网格中的照片</translation>
    </message>
    <message>
        <source>Double-click a photo to look at it alone</source>
        <translation>双击一张照片可单独查看</translation>
    </message>
</context>
<context>
    <name>PhotoPanel</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>The order of the list</source>
        <translation>列表的顺序</translation>
    </message>
    <message>
        <source>Show all photos</source>
        <translation>显示所有照片</translation>
    </message>
    <message>
        <source>Show the photos that want a look; Enter says that one is fine and goes to the next</source>
        <translation>显示需要检查的照片；按 Enter 表示没问题并转到下一张</translation>
    </message>
    <message>
        <source>Show the photos that could not be read or written</source>
        <translation>显示无法读取或写入的照片</translation>
    </message>
</context>
<context>
    <name>PhotoView</name>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>The photos to cut out; drop files and folders here</source>
        <translation>要抠图的照片；可将文件和文件夹拖到这里</translation>
    </message>
</context>
<context>
    <name>Photos</name>
    <message>
        <source>no subject found</source>
        <translation>没有找到主体</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>skipped, the file is there already</source>
        <translation>已跳过，文件已存在</translation>
    </message>
    <message>
        <source>the file is no longer there</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <source>As added</source>
        <translation>按添加顺序</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名称</translation>
    </message>
    <message>
        <source>By state</source>
        <translation>按状态</translation>
    </message>
    <message>
        <source>Wants a look first</source>
        <translation>需要检查的在前</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>has its own settings</source>
        <translation>有单独的设置</translation>
    </message>
    <message>
        <source>corrected by hand</source>
        <translation>手工修正过</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>exported</source>
        <translation>已导出</translation>
    </message>
    <message>
        <source>wants a look: file damaged</source>
        <translation>需要检查：文件已损坏</translation>
    </message>
    <message>
        <source>wants a look: nothing found</source>
        <translation>需要检查：未找到主体</translation>
    </message>
    <message>
        <source>wants a look: edge unsure</source>
        <translation>需要检查：边缘不确定</translation>
    </message>
    <message>
        <source>wants a look: part unsure</source>
        <translation>需要检查：局部不确定</translation>
    </message>
    <message>
        <source>wants a look: several parts</source>
        <translation>需要检查：有多个部分</translation>
    </message>
    <message>
        <source>wants a look: at the border</source>
        <translation>需要检查：触及边界</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>待检查</translation>
    </message>
    <message>
        <source>changed since the export</source>
        <translation>导出后已改动</translation>
    </message>
    <message>
        <source>looking…</source>
        <translation>正在识别…</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
</context>
<context>
    <name>PieceMenu</name>
    <message>
        <source>The thing here</source>
        <translation>此处的物体</translation>
    </message>
    <message>
        <source>&amp;Only this one</source>
        <translation>只留这一个(&amp;O)</translation>
    </message>
    <message>
        <source>Keep the thing here and nothing else</source>
        <translation>只保留此处的物体，其余全部去掉</translation>
    </message>
    <message>
        <source>&amp;Keep this</source>
        <translation>保留它(&amp;K)</translation>
    </message>
    <message>
        <source>Add the thing here, up to its edges</source>
        <translation>加入此处的物体，直到其边缘</translation>
    </message>
    <message>
        <source>&amp;Erase this</source>
        <translation>去掉它(&amp;E)</translation>
    </message>
    <message>
        <source>Take the thing here away, up to its edges</source>
        <translation>去掉此处的物体，直到其边缘</translation>
    </message>
</context>
<context>
    <name>PresetsMenu</name>
    <message>
        <source>Save these settings…</source>
        <translation>保存这些设置…</translation>
    </message>
    <message>
        <source>Import a preset…</source>
        <translation>导入预设…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Show the presets’ folder</source>
        <translation>显示预设文件夹</translation>
    </message>
    <message>
        <source>Return to the defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Save these settings</source>
        <translation>保存这些设置</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Import a preset</source>
        <translation>导入预设</translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation>预设 (*.json)</translation>
    </message>
    <message>
        <source>Rule: {source}, {date}</source>
        <translation>规则：{source}，{date}</translation>
    </message>
</context>
<context>
    <name>RefineSection</name>
    <message>
        <source>Refine</source>
        <translation>细化</translation>
    </message>
</context>
<context>
    <name>ResultSection</name>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Keep more</source>
        <translation>多保留</translation>
    </message>
    <message>
        <source>Remove more</source>
        <translation>多去除</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The model&apos;s own outline, soft and quick</source>
        <translation>模型自己的轮廓，柔和而快速</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>精细</translation>
    </message>
    <message>
        <source>Follow the outline that the photo shows</source>
        <translation>贴合照片中的轮廓</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>发丝</translation>
    </message>
    <message>
        <source>Look further out for hair and fur</source>
        <translation>在更大范围内寻找头发和毛发</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Offer models with finer outlines</source>
        <translation>提示轮廓更精细的模型</translation>
    </message>
    <message>
        <source>A line beside the model tells what can be downloaded, until you refuse it</source>
        <translation>模型旁的一行文字说明可以下载哪个模型，直到您拒绝为止</translation>
    </message>
    <message>
        <source>Download models from</source>
        <translation>模型下载自</translation>
    </message>
    <message>
        <source>Where models of the catalogue come from; a package is fetched by pip</source>
        <translation>目录中的模型从哪里来；软件包由 pip 取得</translation>
    </message>
    <message>
        <source>Whatever answers first</source>
        <translation>先应答者</translation>
    </message>
    <message>
        <source>The model&apos;s addresses</source>
        <translation>模型的地址</translation>
    </message>
    <message>
        <source>The Python package index</source>
        <translation>Python 软件包索引</translation>
    </message>
    <message>
        <source>Look again where in doubt</source>
        <translation>不确定时再次识别</translation>
    </message>
    <message>
        <source>Predicts once more, closer around a small subject, in the mirror where in doubt; up to twice the time</source>
        <translation>再预测一次：小主体放大看，不确定时看镜像；耗时最多加倍</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of the window; takes effect at the next start</source>
        <translation>窗口的语言，下次启动时生效</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light or dark; takes effect at once</source>
        <translation>浅色或深色，立即生效</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Default output folder</source>
        <translation>默认输出文件夹</translation>
    </message>
    <message>
        <source>Where cutouts go; empty: a folder named “Kirie” among your pictures</source>
        <translation>抠图写入的位置；留空则为图片文件夹中的“Kirie”</translation>
    </message>
    <message>
        <source>Files that are already there</source>
        <translation>已存在的文件</translation>
    </message>
    <message>
        <source>What a batch does when an output file already exists</source>
        <translation>输出文件已存在时批处理的做法</translation>
    </message>
    <message>
        <source>Skip the photo</source>
        <translation>跳过该照片</translation>
    </message>
    <message>
        <source>Overwrite the file</source>
        <translation>覆盖文件</translation>
    </message>
    <message>
        <source>Write under a new name</source>
        <translation>以新名称写入</translation>
    </message>
    <message>
        <source>Notify me when a batch ends</source>
        <translation>批处理结束时通知我</translation>
    </message>
    <message>
        <source>Shows a system notification when the window is not in front</source>
        <translation>窗口不在前台时显示系统通知</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Automatic takes the fastest device that passes a short test</source>
        <translation>自动选择通过简短测试的最快设备</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple 图形处理器 (MPS)</translation>
    </message>
    <message>
        <source>Look at retinas from four sides</source>
        <translation>从四个方向识别视网膜</translation>
    </message>
    <message>
        <source>Vessels are the mean of four mirrorings: a little better, four times the time</source>
        <translation>血管取四个镜像结果的平均：略好一些，耗时为四倍</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>设置页</translation>
    </message>
    <message>
        <source>Choose what to set</source>
        <translation>选择要设置的内容</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
</context>
<context>
    <name>ShortcutsSheet</name>
    <message>
        <source>Pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Space + drag, middle button</source>
        <translation>空格 + 拖动，或鼠标中键</translation>
    </message>
    <message>
        <source>Zoom to the cursor</source>
        <translation>以光标为中心缩放</translation>
    </message>
    <message>
        <source>Mouse wheel</source>
        <translation>鼠标滚轮</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>Brush hardness</source>
        <translation>画笔硬度</translation>
    </message>
    <message>
        <source>Swap keep and erase</source>
        <translation>切换保留与擦除</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>List of keyboard shortcuts</source>
        <translation>键盘快捷键列表</translation>
    </message>
    <message>
        <source>All keys that Kirie knows</source>
        <translation>Kirie 的所有按键</translation>
    </message>
    <message>
        <source>Swap them for one mark or stroke</source>
        <translation>仅这一次对调保留与擦除</translation>
    </message>
    <message>
        <source>Alt + click or drag</source>
        <translation>Alt + 点击或拖动</translation>
    </message>
    <message>
        <source>Straight line from the last place</source>
        <translation>从上一处画直线</translation>
    </message>
    <message>
        <source>Shift + click</source>
        <translation>Shift + 点击</translation>
    </message>
    <message>
        <source>Only what is in the box</source>
        <translation>只留框内的物体</translation>
    </message>
    <message>
        <source>Shift + drag a box</source>
        <translation>Shift + 拖出一个框</translation>
    </message>
    <message>
        <source>Menu of the thing here</source>
        <translation>此处物体的菜单</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>右键点击</translation>
    </message>
    <message>
        <source>Move the ring, mark there</source>
        <translation>移动圆圈，在那里标记</translation>
    </message>
    <message>
        <source>Alt + arrows, Enter</source>
        <translation>Alt + 方向键，回车</translation>
    </message>
    <message>
        <source>Drop what is being drawn</source>
        <translation>放弃正在画的内容</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>StrokesSection</name>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>The brush&apos;s radius on the screen; [ and ] on the canvas</source>
        <translation>画笔在屏幕上的半径；在画布上按 [ 和 ]</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Remove all marks and strokes of this photo</source>
        <translation>清除这张照片的所有标记和笔画</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Keep or erase</source>
        <translation>保留或擦除</translation>
    </message>
    <message>
        <source>Mark or paint what belongs to the subject</source>
        <translation>标记或绘制属于主体的部分</translation>
    </message>
    <message>
        <source>Mark or paint what does not belong to it</source>
        <translation>标记或绘制不属于主体的部分</translation>
    </message>
    <message>
        <source>How crisp the rim of painted strokes is; Shift+[ and Shift+] on the canvas</source>
        <translation>所绘笔画边缘的清晰程度；在画布上按 Shift+[ 和 Shift+]</translation>
    </message>
    <message>
        <source>Take back the last step</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <source>Make the step again that was taken back</source>
        <translation>重做被撤销的一步</translation>
    </message>
</context>
<context>
    <name>TeachPage</name>
    <message>
        <source>How the lesson goes</source>
        <translation>学习的情况</translation>
    </message>
    <message>
        <source>Progress of the lesson</source>
        <translation>学习进度</translation>
    </message>
    <message>
        <source>Teach Kirie from your correction</source>
        <translation>用您的修正教 Kirie</translation>
    </message>
    <message>
        <source>Teach Kirie from your {count} corrections</source>
        <translation>用您的 {count} 处修正教 Kirie</translation>
    </message>
    <message>
        <source>Teach Kirie your subjects</source>
        <translation>教 Kirie 认识您的主体</translation>
    </message>
    <message>
        <source>Kirie learns from the photos that you corrected, on this computer, in about ten minutes. Then you see what it does better, and keep the new model or the old one.</source>
        <translation>Kirie 会在这台电脑上学习您修正过的照片，大约需要十分钟。然后您可以看到它哪里做得更好，再决定保留新模型还是旧模型。</translation>
    </message>
    <message>
        <source>Correct a few photos first: point at what belongs to the subject, or paint with the brush.</source>
        <translation>请先修正几张照片：点选属于主体的部分，或用画笔涂抹。</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Looking through the photos: {done} of {total}</source>
        <translation>正在查看照片：{done}/{total}</translation>
    </message>
    <message>
        <source>Learning from {photos} photos; {aside} are kept aside, to see whether it helps.</source>
        <translation>正在学习 {photos} 张照片；另有 {aside} 张预留，用来检验是否有效。</translation>
    </message>
    <message>
        <source>Paused.</source>
        <translation>已暂停。</translation>
    </message>
    <message>
        <source>Learning…</source>
        <translation>正在学习…</translation>
    </message>
    <message>
        <source>Learning… about {minutes} minutes left</source>
        <translation>正在学习… 约剩 {minutes} 分钟</translation>
    </message>
    <message>
        <source>Learning… about a minute left</source>
        <translation>正在学习… 约剩一分钟</translation>
    </message>
    <message>
        <source>It was stopped before there was anything to compare.</source>
        <translation>在有可比较的结果之前就停止了。</translation>
    </message>
    <message>
        <source>The new model is better on photos that it has not learned from.</source>
        <translation>在它没有学过的照片上，新模型更好。</translation>
    </message>
    <message>
        <source>The new model is worse on photos that it has not learned from. Better keep the old one.</source>
        <translation>在它没有学过的照片上，新模型更差。建议保留旧模型。</translation>
    </message>
    <message>
        <source>It cannot be told whether the new model is better. More corrections help.</source>
        <translation>还看不出新模型是否更好。多修正一些照片会有帮助。</translation>
    </message>
    <message>
        <source>The new model is ready.</source>
        <translation>新模型已就绪。</translation>
    </message>
    <message>
        <source>Of other photos it has forgotten something: the slider mixes it with the old model.</source>
        <translation>它对其他照片有所遗忘：用滑块可以把它与旧模型混合。</translation>
    </message>
</context>
<context>
    <name>TemplateLine</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Names of the files; {stem}, {kind}, {model} and {index} are filled in, / makes a folder</source>
        <translation>文件名；{stem}、{kind}、{model}、{index} 会被替换，/ 表示文件夹</translation>
    </message>
    <message>
        <source>Name template</source>
        <translation>名称模板</translation>
    </message>
    <message>
        <source>Insert a field</source>
        <translation>插入字段</translation>
    </message>
    <message>
        <source>Insert what differs from file to file</source>
        <translation>插入因文件而异的内容</translation>
    </message>
    <message>
        <source>the photo&apos;s name</source>
        <translation>照片名称</translation>
    </message>
    <message>
        <source>cutout, mask or probability</source>
        <translation>抠图、蒙版或概率图</translation>
    </message>
    <message>
        <source>the model&apos;s name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>the photo&apos;s number</source>
        <translation>照片编号</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Take it back (Ctrl+Z)</source>
        <translation>撤销 (Ctrl+Z)</translation>
    </message>
</context>
<context>
    <name>ToolStrip</name>
    <message>
        <source>Tools on the photo</source>
        <translation>照片上的工具</translation>
    </message>
    <message>
        <source>Keeps</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Erases</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Whether marks and strokes keep or erase; a click swaps (X)</source>
        <translation>标记和笔画是保留还是擦除；点击对调 (X)</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Kirie is still learning “{name}”; Tools, Teach Kirie shows how far it is.</source>
        <translation>Kirie 仍在学习“{name}”；“工具”→“教 Kirie”可查看进度。</translation>
    </message>
    <message>
        <source>Kirie has learned “{name}”; Tools, Teach Kirie shows what came of it.</source>
        <translation>Kirie 已学完“{name}”；“工具”→“教 Kirie”可查看结果。</translation>
    </message>
</context>
<context>
    <name>TrainingDialog</name>
    <message>
        <source>  {file}: {finding}</source>
        <translation>  {file}：{finding}</translation>
    </message>
    <message>
        <source>  {file}: {finding} ({detail})</source>
        <translation>  {file}：{finding}（{detail}）</translation>
    </message>
    <message>
        <source>What the check found</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Files that cannot be used, and why</source>
        <translation>无法使用的文件及原因</translation>
    </message>
    <message>
        <source>“Check” lists what pairs, what does not, and why.</source>
        <translation>“检查”会列出哪些配对、哪些没有以及原因。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Look into every file, train nothing</source>
        <translation>查看每个文件，不进行训练</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Start, or go on after a stop</source>
        <translation>开始，或在停止后继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hold after this step, or go on</source>
        <translation>完成本步后暂停，或继续</translation>
    </message>
    <message>
        <source>Teach</source>
        <translation>开始教</translation>
    </message>
    <message>
        <source>Learn from the photos that you corrected</source>
        <translation>学习您修正过的照片</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Save and stop; “Train” goes on from there</source>
        <translation>保存并停止；“训练”可从此处继续</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>Writing your corrections as a dataset…</source>
        <translation>正在将您的修正写成数据集…</translation>
    </message>
    <message>
        <source>Teach Kirie</source>
        <translation>教 Kirie</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>{count} corrected photos are ready to learn from.</source>
        <translation>{count} 张修正过的照片已可用于学习。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Training ended unexpectedly (status {status}); “Train” goes on from the last save.</source>
        <translation>训练意外结束（状态 {status}）；“训练”可从上次保存处继续。</translation>
    </message>
    <message>
        <source>Something went wrong; the log tells more.</source>
        <translation>出错了，详情见日志。</translation>
    </message>
    <message>
        <source>Training is running</source>
        <translation>正在训练</translation>
    </message>
    <message>
        <source>Should training go on after this window is closed?</source>
        <translation>关闭此窗口后是否继续训练？</translation>
    </message>
    <message>
        <source>Keep training</source>
        <translation>继续训练</translation>
    </message>
    <message>
        <source>Save and stop</source>
        <translation>保存并停止</translation>
    </message>
    <message>
        <source>No photo is corrected yet: point at things or paint on photos first.</source>
        <translation>还没有修正过的照片：请先在照片上点选物体或绘制。</translation>
    </message>
</context>
<context>
    <name>TrainingForm</name>
    <message>
        <source>What is wrong with the name</source>
        <translation>名称的问题</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Datasets</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Folders with images and masks; weight 3 is drawn thrice</source>
        <translation>含图像与蒙版的文件夹；权重 3 表示抽取三次</translation>
    </message>
    <message>
        <source>Add dataset…</source>
        <translation>添加数据集…</translation>
    </message>
    <message>
        <source>Choose a folder with images and masks</source>
        <translation>选择含图像与蒙版的文件夹</translation>
    </message>
    <message>
        <source>My corrections</source>
        <translation>我的修正</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take the selected dataset out</source>
        <translation>移出所选数据集</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>Going on from a model needs far fewer photos</source>
        <translation>从已有模型继续所需照片少得多</translation>
    </message>
    <message>
        <source>Scratch</source>
        <translation>从零开始</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>The architecture, when training starts from scratch</source>
        <translation>从零开始训练时的网络结构</translation>
    </message>
    <message>
        <source>Unit of the length</source>
        <translation>时长单位</translation>
    </message>
    <message>
        <source>Train for a time, or so often over all photos</source>
        <translation>按时间训练，或按遍数训练</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>遍</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>How long to train</source>
        <translation>训练多久</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Side of the crops in pixels: larger is finer and slower</source>
        <translation>裁块边长（像素）：越大越精细、越慢</translation>
    </message>
    <message>
        <source>As the model</source>
        <translation>与模型相同</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the new model</source>
        <translation>新模型的名称</translation>
    </message>
    <message>
        <source>How often its photos are drawn, compared with the others</source>
        <translation>与其他数据集相比其照片被抽取的频率</translation>
    </message>
    <message>
        <source>Choose a dataset</source>
        <translation>选择数据集</translation>
    </message>
    <message>
        <source>Learn from the photos that you corrected by hand</source>
        <translation>从您手工修正过的照片中学习</translation>
    </message>
</context>
<context>
    <name>TrainingProgress</name>
    <message>
        <source>The teacher labels the photos: {done} of {total}</source>
        <translation>老师模型正在标注照片：{done} / {total}</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>How wrong the network is on what it learns; lower is better</source>
        <translation>网络在所学内容上的错误，越低越好</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>How right it is on photos kept aside; higher is better</source>
        <translation>在留出照片上的正确程度，越高越好</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>训练进度</translation>
    </message>
    <message>
        <source>State of the training</source>
        <translation>训练状态</translation>
    </message>
    <message>
        <source>Examples: photo, target, prediction</source>
        <translation>示例：照片、目标、预测</translation>
    </message>
    <message>
        <source>Photo, target and prediction of photos kept aside</source>
        <translation>留出照片的原图、目标与预测</translation>
    </message>
    <message>
        <source>Checking the photos: {done} of {total}</source>
        <translation>正在检查照片：{done} / {total}</translation>
    </message>
    <message>
        <source>Training on {photos} photos, {held_out} kept aside, on {device} {precision}.</source>
        <translation>用 {photos} 张照片训练，留出 {held_out} 张，设备 {device} {precision}。</translation>
    </message>
    <message>
        <source>Step {step}, epoch {epoch} · {rate:.1f} photos/s · {minutes} min left</source>
        <translation>第 {step} 步，第 {epoch} 遍 · 每秒 {rate:.1f} 张 · 剩余 {minutes} 分钟</translation>
    </message>
    <message>
        <source>Paused at step {step}</source>
        <translation>已在第 {step} 步暂停</translation>
    </message>
</context>
<context>
    <name>TrainingResult</name>
    <message>
        <source>Show on the canvas what the new model finds; press again for the old one</source>
        <translation>在画布上显示新模型找到的主体；再按一次回到旧模型</translation>
    </message>
    <message>
        <source>Try on this photo</source>
        <translation>在这张照片上试用</translation>
    </message>
    <message>
        <source>Keep old</source>
        <translation>保留旧的</translation>
    </message>
    <message>
        <source>Go on with the model as before</source>
        <translation>继续使用原来的模型</translation>
    </message>
    <message>
        <source>Keep new</source>
        <translation>保留新的</translation>
    </message>
    <message>
        <source>Install the new model and use it</source>
        <translation>安装新模型并使用</translation>
    </message>
    <message>
        <source>{model} finds the subjects as before.</source>
        <translation>仍由“{model}”寻找主体。</translation>
    </message>
    <message>
        <source>Back to {model}</source>
        <translation>换回“{model}”</translation>
    </message>
    <message>
        <source>{model} finds the subjects from now on.</source>
        <translation>从现在起由“{model}”寻找主体。</translation>
    </message>
    <message>
        <source>Something went wrong; the log tells more.</source>
        <translation>出错了，详情见日志。</translation>
    </message>
</context>
<context>
    <name>Unexpected</name>
    <message>
        <source>Open log</source>
        <translation>打开日志</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Show what happened, to send it to somebody who can help</source>
        <translation>显示发生了什么，以便发送给能提供帮助的人</translation>
    </message>
    <message>
        <source>Back to the window</source>
        <translation>返回窗口</translation>
    </message>
    <message>
        <source>Something unexpected went wrong. Your list, settings and corrections are kept.</source>
        <translation>出现了意外错误。您的列表、设置和修正都已保留。</translation>
    </message>
</context>
<context>
    <name>VesselFigures</name>
    <message>
        <source>Vessels of this photo</source>
        <translation>这张照片的血管</translation>
    </message>
    <message>
        <source>Inside the field of view, in full size; “kirie cut --measure” writes a table of many photos</source>
        <translation>按原尺寸在视野内测得；“kirie cut --measure” 可为多张照片写出表格</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>Vessel density {density} · {vessel} of {field} pixels in the field of view</source>
        <translation>血管密度 {density} · 视野内 {field} 像素中有 {vessel} 像素</translation>
    </message>
</context>
<context>
    <name>WatchController</name>
    <message>
        <source>There is no model for this mode yet; import one in the settings</source>
        <translation>此模式还没有模型，请在设置中导入</translation>
    </message>
</context>
<context>
    <name>WatchDialog</name>
    <message>
        <source>Watch a folder</source>
        <translation>监视文件夹</translation>
    </message>
    <message>
        <source>Photos that arrive in this folder are cut out by themselves while Kirie is open, and again after its next start. Photos that lie there already are cut, too.</source>
        <translation>只要 Kirie 开着，放入此文件夹的照片就会自动抠图；下次启动后接着监视。文件夹中已有的照片也会处理。</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>要监视的文件夹</translation>
    </message>
    <message>
        <source>Choose the folder in which photos arrive</source>
        <translation>选择新照片会放入的文件夹</translation>
    </message>
    <message>
        <source>Cutouts go to</source>
        <translation>抠图保存到</translation>
    </message>
    <message>
        <source>Choose the folder that cutouts are written to</source>
        <translation>选择保存抠图的文件夹</translation>
    </message>
    <message>
        <source>How these photos are cut and written; what changes in the window later does not count for them</source>
        <translation>这些照片如何抠图和保存；之后在窗口中的改动对它们不起作用</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>开始监视</translation>
    </message>
    <message>
        <source>Begin to watch this folder</source>
        <translation>开始监视此文件夹</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>不作任何更改</translation>
    </message>
    <message>
        <source>Stop watching</source>
        <translation>停止监视</translation>
    </message>
    <message>
        <source>Watch this folder no more</source>
        <translation>不再监视此文件夹</translation>
    </message>
    <message>
        <source>own settings</source>
        <translation>自己的设置</translation>
    </message>
    <message>
        <source>As until now: {settings}</source>
        <translation>沿用现有：{settings}</translation>
    </message>
    <message>
        <source>As in the window now</source>
        <translation>与窗口当前设置相同</translation>
    </message>
    <message>
        <source>Cutouts must go to another folder than the one that is watched; it may lie inside it.</source>
        <translation>抠图必须保存到另一个文件夹，不能与被监视的文件夹相同；可以是它的子文件夹。</translation>
    </message>
    <message>
        <source>The file names of these settings count photos with {index}; photos that arrive have none.</source>
        <translation>这些设置的文件名用 {index} 给照片编号，而陆续到来的照片没有编号。</translation>
    </message>
</context>
<context>
    <name>WatchLine</name>
    <message>
        <source>State of the watched folder</source>
        <translation>监视文件夹的状态</translation>
    </message>
    <message>
        <source>Change what is watched, where cutouts go and how they are made</source>
        <translation>更改监视的文件夹、保存位置和抠图设置</translation>
    </message>
    <message>
        <source>Change the watched folder</source>
        <translation>更改监视的文件夹</translation>
    </message>
    <message>
        <source>Stop watching</source>
        <translation>停止监视</translation>
    </message>
    <message>
        <source>Watch this folder no more</source>
        <translation>不再监视此文件夹</translation>
    </message>
    <message>
        <source>Watching {folder}</source>
        <translation>正在监视 {folder}</translation>
    </message>
    <message>
        <source>Photos that arrive in {folder} are written to {output}</source>
        <translation>放入 {folder} 的照片抠图后保存到 {output}</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>失败 {count} 张</translation>
    </message>
    <message>
        <source>Go on watching</source>
        <translation>继续监视</translation>
    </message>
    <message>
        <source>Cut what has arrived meanwhile</source>
        <translation>处理这期间到来的照片</translation>
    </message>
    <message>
        <source>Hold the watched folder after the photos under way</source>
        <translation>处理完手头的照片后暂停监视</translation>
    </message>
    <message>
        <source>Pause watching</source>
        <translation>暂停监视</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Stopped unexpectedly; the log has the details</source>
        <translation>意外停止，详情见日志</translation>
    </message>
    <message>
        <source>Waits until the export has ended</source>
        <translation>等待导出结束</translation>
    </message>
    <message>
        <source>The folder is not there; waiting for it</source>
        <translation>文件夹不存在，等待它出现</translation>
    </message>
    <message>
        <source>Waiting for photos</source>
        <translation>等待照片</translation>
    </message>
    <message>
        <source>{count} cut out</source>
        <translation>已抠图 {count} 张</translation>
    </message>
    <message>
        <source>last: {name}</source>
        <translation>最近：{name}</translation>
    </message>
</context>
<context>
    <name>WorkspaceSaver</name>
    <message>
        <source>Your last list was saved by a newer Kirie. It is kept as {name}; that Kirie can open it again.</source>
        <translation>您上次的列表由更新版本的 Kirie 保存。它保留为 {name}，用那个版本可以重新打开。</translation>
    </message>
</context>
<context>
    <name>catalogue</name>
    <message>
        <source>Comes with Kirie and works at once: any single subject, fast.</source>
        <translation>Kirie 自带，立即可用：适合任何单一主体，速度快。</translation>
    </message>
    <message>
        <source>Comes with Kirie: blood vessels in photos of the retina, from any camera.</source>
        <translation>Kirie 自带：找出任何相机所摄视网膜照片中的血管。</translation>
    </message>
    <message>
        <source>The authors&apos; full network trained on people: portraits and groups, not for products.</source>
        <translation>原作者用人物训练的完整网络：适合人像与合影，不适合产品。</translation>
    </message>
    <message>
        <source>The authors&apos; full network: the best all-round choice for products, animals and people.</source>
        <translation>原作者的完整网络：产品、动物与人物的最佳通用选择。</translation>
    </message>
    <message>
        <source>The authors&apos; small network: nearly the outlines of u2net at a fortieth of its size, and fast.</source>
        <translation>原作者的小网络：轮廓接近 u2net，大小仅四十分之一，速度快。</translation>
    </message>
    <message>
        <source>U-Net vessels</source>
        <translation>U-Net 血管</translation>
    </message>
    <message>
        <source>U²-Net (authors)</source>
        <translation>U²-Net（原作者）</translation>
    </message>
    <message>
        <source>U²-Net people (authors)</source>
        <translation>U²-Net 人物（原作者）</translation>
    </message>
    <message>
        <source>U²-Net small</source>
        <translation>U²-Net 小型</translation>
    </message>
    <message>
        <source>U²-Net small (authors)</source>
        <translation>U²-Net 小型（原作者）</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>Its marks cannot be read; export them again, or remove the file</source>
        <translation>无法读取它的标记文件；请重新导出，或删除该文件</translation>
    </message>
    <message>
        <source>Mark {number} lies outside the photo; its marks were made for another one</source>
        <translation>第 {number} 个标记在照片之外；这些标记属于另一张照片</translation>
    </message>
    <message>
        <source>Mark {number} lies outside {path} ({width} × {height} pixels); its marks were made for another photo.</source>
        <translation>第 {number} 个标记在 {path}（{width} × {height} 像素）之外；这些标记属于另一张照片。</translation>
    </message>
    <message>
        <source>The marks in {path} cannot be read; export them again, or remove the file.</source>
        <translation>无法读取 {path} 中的标记；请重新导出，或删除该文件。</translation>
    </message>
    <message>
        <source>values from {low} to {high} are neither probabilities nor logits</source>
        <translation>从 {low} 到 {high} 的数值既不是概率，也不是 sigmoid 之前的数值</translation>
    </message>
    <message>
        <source>Several probability maps ({found}); keep the one that belongs to it</source>
        <translation>有几个概率图（{found}）；请只保留属于它的那个</translation>
    </message>
    <message>
        <source>it is a wheel with several files of weights ({names}); unpack it first</source>
        <translation>它是含有多个权重文件（{names}）的 wheel 包；请先解开</translation>
    </message>
    <message>
        <source>it is a wheel without weights</source>
        <translation>它是不含权重的 wheel 包</translation>
    </message>
    <message>
        <source>its parameters have other sizes than it says</source>
        <translation>其参数的大小与它声明的不符</translation>
    </message>
    <message>
        <source>its parameters lie in {file}, which is not beside it</source>
        <translation>其参数在 {file} 中，而该文件不在它旁边</translation>
    </message>
    <message>
        <source>its parameters lie outside its folder, in {file}</source>
        <translation>其参数在它的文件夹之外（{file}）</translation>
    </message>
    <message>
        <source>{file} is shorter than it says</source>
        <translation>{file} 比它声明的短</translation>
    </message>
    <message>
        <source>{path} is an ONNX file of another network than U²-Net, and ONNX Runtime for those is absent; where Kirie was installed with pip, add it: pip install onnxruntime.</source>
        <translation>{path} 是 U²-Net 以外网络的 ONNX 文件，而运行它所需的 ONNX Runtime 不在；若 Kirie 是用 pip 安装的，请补装：pip install onnxruntime。</translation>
    </message>
    <message>
        <source>“{name}” is the name of a model that comes with Kirie; choose another name.</source>
        <translation>“{name}”是 Kirie 自带模型的名称；请另选名称。</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot load it and says “{words}”</source>
        <translation>ONNX Runtime 无法载入它，并说“{words}”</translation>
    </message>
    <message>
        <source>ONNX Runtime could not start it; its libraries may be missing</source>
        <translation>ONNX Runtime 无法启动它；可能缺少它的库</translation>
    </message>
    <message>
        <source>ONNX Runtime does not know its opset, {opset}; update it, or export with an older one</source>
        <translation>ONNX Runtime 不认识它的 opset {opset}；请更新 ONNX Runtime，或用较旧的 opset 导出</translation>
    </message>
    <message>
        <source>ONNX Runtime says “{words}”</source>
        <translation>ONNX Runtime 说“{words}”</translation>
    </message>
    <message>
        <source>its secure connection cannot be trusted; set PIP_CERT to your company&apos;s certificates</source>
        <translation>其安全连接不可信；请把 PIP_CERT 设为贵公司的证书</translation>
    </message>
    <message>
        <source>its values are probabilities already; “activation” must be “none”, not “sigmoid”</source>
        <translation>其数值已是概率；“activation”应为“none”，而不是“sigmoid”</translation>
    </message>
    <message>
        <source>no prediction within {seconds} s</source>
        <translation>{seconds} 秒内没有预测结果</translation>
    </message>
    <message>
        <source>pip could not get through it</source>
        <translation>pip 无法通过它</translation>
    </message>
    <message>
        <source>the installed ONNX Runtime is one without CUDA; the package onnxruntime-gpu has it</source>
        <translation>所装的 ONNX Runtime 不带 CUDA；onnxruntime-gpu 软件包带有它</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded as a package: this Python has no pip; choose the source “addresses”, or use a file you have.</source>
        <translation>无法以软件包的形式下载“{name}”：此 Python 没有 pip；请选择来源“addresses”，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: pip cannot reach its package index; check the network and pip&apos;s settings, or use a file you have.</source>
        <translation>无法下载“{name}”：pip 连不上它的软件包索引；请检查网络和 pip 的设置，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: pip could not fetch {package} ({reason}); or use a file you have.</source>
        <translation>无法下载“{name}”：pip 未能取得 {package}（{reason}）；也可使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: the package index has no {package}; choose the source “addresses”, or use a file you have.</source>
        <translation>无法下载“{name}”：软件包索引中没有 {package}；请选择来源“addresses”，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” finds vessels; the default model is one that cuts subjects out.</source>
        <translation>“{name}”用于寻找血管；默认模型须是抠图模型。</translation>
    </message>
    <message>
        <source>“{name}” was not installed: {package} from the package index is not the one that the catalogue names; choose the source “addresses”, or use a file you have.</source>
        <translation>未安装“{name}”：软件包索引中的 {package} 不是目录所列的那一个；请选择来源“addresses”，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>An HDR photo ({transfer}), which Kirie does not read; export it in standard range (SDR)</source>
        <translation>HDR 照片（{transfer}），Kirie 无法读取；请以标准动态范围（SDR）导出</translation>
    </message>
    <message>
        <source>Apple&apos;s PNG (CgBI)</source>
        <translation>Apple 专用的 PNG（CgBI）</translation>
    </message>
    <message>
        <source>colours on a logarithmic scale</source>
        <translation>对数刻度的颜色</translation>
    </message>
    <message>
        <source>inks other than cyan, magenta, yellow and black</source>
        <translation>青、品红、黄、黑以外的油墨</translation>
    </message>
    <message>
        <source>pixels of lossless JPEG</source>
        <translation>无损 JPEG 像素</translation>
    </message>
    <message>
        <source>values in the range of video</source>
        <translation>视频范围的数值</translation>
    </message>
    <message>
        <source>{compression} pixels, channel by channel</source>
        <translation>逐通道存储的 {compression} 像素</translation>
    </message>
    <message>
        <source>{kind} pixels multiplied by their alpha</source>
        <translation>已乘透明度的 {kind} 像素</translation>
    </message>
    <message>
        <source>{path} is an HDR photo ({transfer}), which Kirie does not read; export it in standard range (SDR).</source>
        <translation>{path} 是 HDR 照片（{transfer}），Kirie 无法读取；请以标准动态范围（SDR）导出。</translation>
    </message>
    <message>
        <source>The mask {path} holds labels ({values}); name their classes in classes.txt, or, if they number the instances of one class, name that class in instances.txt.</source>
        <translation>蒙版 {path} 含有标签（{values}）；请在 classes.txt 中写出它们的类别；如果它们是同一类别的实例编号，请在 instances.txt 中写出该类别。</translation>
    </message>
    <message>
        <source>The mask {path} has values that are not understood: {values}.</source>
        <translation>无法理解蒙版 {path} 的取值：{values}。</translation>
    </message>
    <message>
        <source>{path} has several probability maps ({found}); keep the one that belongs to it.</source>
        <translation>{path} 有多个概率图（{found}）；请只保留属于它的那一个。</translation>
    </message>
    <message>
        <source>{teacher} cannot teach this network: {reason}. Choose another --teacher.</source>
        <translation>{teacher} 无法教这个网络：{reason}。请另选 --teacher。</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 张照片</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Better than the model it started from, on {photos} kept aside ({numbers}).</source>
        <translation>在留出的 {photos}上优于起点模型（{numbers}）。</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice 系数</translation>
    </message>
    <message>
        <source>F</source>
        <translation>F 值</translation>
    </message>
    <message>
        <source>Memory ran out: {now} crops at a time from now on instead of {before}.</source>
        <translation>内存不足：从现在起每次 {now} 块，而不是 {before} 块。</translation>
    </message>
    <message>
        <source>No noticeable difference from the model it started from, on {photos} kept aside ({numbers}).</source>
        <translation>在留出的 {photos}上与起点模型没有明显差别（{numbers}）。</translation>
    </message>
    <message>
        <source>Stopped before the first photos were judged; there are no weights to use yet.</source>
        <translation>在评判首批照片之前停止，还没有可用的权重。</translation>
    </message>
    <message>
        <source>There is a run “{name}” in {folder} already; resume it, or choose another name.</source>
        <translation>{folder} 中已有训练“{name}”；请继续该训练，或另选名称。</translation>
    </message>
    <message>
        <source>Training ended because of an unexpected error ({kind}); the log file has the details.</source>
        <translation>训练因意外错误（{kind}）结束；详情见日志文件。</translation>
    </message>
    <message>
        <source>Training needs more memory than there is, even one crop at a time; choose a smaller size or network.</source>
        <translation>即使一次一块，训练所需内存也超过可用内存；请选择更小的尺寸或网络。</translation>
    </message>
    <message>
        <source>Training went astray at step {step}: the loss is no number any more. The best weights so far are kept; run again with a smaller learning rate (--lr, it was {lr:g}).</source>
        <translation>训练在第 {step} 步发散：损失已不是数值。目前最佳的权重已保留；请用更小的学习率重新运行（--lr，原为 {lr:g}）。</translation>
    </message>
    <message>
        <source>Worse than the model it started from, on {photos} kept aside ({numbers}); keep using that one.</source>
        <translation>在留出的 {photos}上不如起点模型（{numbers}）；请继续使用原模型。</translation>
    </message>
    <message>
        <source>empty file</source>
        <translation>空文件</translation>
    </message>
    <message>
        <source>error</source>
        <translation>误差</translation>
    </message>
    <message>
        <source>it has {count} classes, the data {expected}</source>
        <translation>它有 {count} 个类别，数据有 {expected} 个</translation>
    </message>
    <message>
        <source>its checkpoint cannot be read to the end</source>
        <translation>其检查点无法读到结尾</translation>
    </message>
    <message>
        <source>its checkpoint does not fit its recipe</source>
        <translation>其检查点与配方不符</translation>
    </message>
    <message>
        <source>its checkpoint is of another version of Kirie</source>
        <translation>其检查点来自另一版本的 Kirie</translation>
    </message>
    <message>
        <source>its run.json cannot be read</source>
        <translation>无法读取其 run.json</translation>
    </message>
    <message>
        <source>its run.json is not what Kirie writes</source>
        <translation>其 run.json 不是 Kirie 写入的</translation>
    </message>
    <message>
        <source>photo {photo}, {file} {mask}; the mask is scaled</source>
        <translation>照片 {photo}，{file} {mask}；蒙版将被缩放</translation>
    </message>
    <message>
        <source>{file}: {values}</source>
        <translation>{file}：{values}</translation>
    </message>
    <message>
        <source>several of that name</source>
        <translation>有多个同名文件</translation>
    </message>
    <message>
        <source>labels without names</source>
        <translation>标签没有名称</translation>
    </message>
    <message>
        <source>mask values unclear</source>
        <translation>无法理解蒙版取值</translation>
    </message>
    <message>
        <source>mask perhaps inverted</source>
        <translation>蒙版可能反相</translation>
    </message>
    <message>
        <source>mask all white</source>
        <translation>蒙版全白</translation>
    </message>
    <message>
        <source>mask all black</source>
        <translation>蒙版全黑</translation>
    </message>
    <message>
        <source>mask of another size</source>
        <translation>蒙版尺寸不同</translation>
    </message>
    <message>
        <source>no folders</source>
        <translation>没有文件夹</translation>
    </message>
    <message>
        <source>no mask</source>
        <translation>没有蒙版</translation>
    </message>
    <message>
        <source>no photo</source>
        <translation>没有照片</translation>
    </message>
    <message>
        <source>no photos</source>
        <translation>没有照片</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>overlap</source>
        <translation>重叠度</translation>
    </message>
    <message>
        <source>photo {photo}, {file} {mask}</source>
        <translation>照片 {photo}，{file} {mask}</translation>
    </message>
    <message>
        <source>same photo twice</source>
        <translation>重复的照片</translation>
    </message>
    <message>
        <source>sizes do not fit</source>
        <translation>尺寸不符</translation>
    </message>
    <message>
        <source>unknown class</source>
        <translation>未知类别</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>{count} photos</source>
        <translation>{count} 张照片</translation>
    </message>
    <message>
        <source>{count} photos to judge by were also in the datasets; they are not learned.</source>
        <translation>{count} 张评判用照片也在数据集中；不会用于学习。</translation>
    </message>
    <message>
        <source>{count} usable pairs are too few: at least two are needed, one to learn from and one to judge by. Add photos with masks, or name a dataset to judge by (--val).</source>
        <translation>{count} 对可用数据太少：至少需要两对，一对用于学习，一对用于评判。请添加带蒙版的照片，或指定评判数据集（--val）。</translation>
    </message>
    <message>
        <source>{count} {finding}</source>
        <translation>{count} 个{finding}</translation>
    </message>
    <message>
        <source>{file} has index {index} of {classes}</source>
        <translation>{file} 含有索引 {index}，而类别只有 {classes} 个</translation>
    </message>
    <message>
        <source>{names}</source>
        <translation>{names}</translation>
    </message>
    <message>
        <source>{name} {before} → {after}</source>
        <translation>{name} {before} → {after}</translation>
    </message>
    <message>
        <source>{name} {score} on {photos} kept aside.</source>
        <translation>留出的 {photos}上的{name}为 {score}。</translation>
    </message>
    <message>
        <source>{network}</source>
        <translation>{network}</translation>
    </message>
    <message>
        <source>{network} of width {width}</source>
        <translation>宽度为 {width} 的 {network}</translation>
    </message>
    <message>
        <source>{start} has {before} classes, the data {now}: its last layers begin anew.</source>
        <translation>{start} 有 {before} 个类别，数据有 {now} 个：其最后几层重新开始。</translation>
    </message>
    <message>
        <source>“{name}” is the name of a model in the catalogue; choose another name for yours.</source>
        <translation>“{name}”是目录中模型的名称；请为您的模型另选名称。</translation>
    </message>
    <message>
        <source>Could not be opened ({reason}); check its permissions and its disk</source>
        <translation>无法打开（{reason}）；请检查其权限和所在磁盘</translation>
    </message>
    <message>
        <source>Could not be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Could not be written ({reason}); check the disk, or choose another folder</source>
        <translation>无法写入（{reason}）；请检查磁盘，或选择其他文件夹</translation>
    </message>
    <message>
        <source>Damaged or incomplete; copy it again from its source</source>
        <translation>已损坏或不完整；请从来源重新复制</translation>
    </message>
    <message>
        <source>Empty file; copy it again from its source</source>
        <translation>空文件；请从来源重新复制</translation>
    </message>
    <message>
        <source>Kirie cannot write to {path} ({reason}); choose another folder</source>
        <translation>Kirie 无法写入 {path}（{reason}）；请选择其他文件夹</translation>
    </message>
    <message>
        <source>Kirie cannot write to {path} ({reason}); choose another folder.</source>
        <translation>Kirie 无法写入 {path}（{reason}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Kirie does not read {found}; export it as JPEG, PNG or TIFF of 8 or 16 bits</source>
        <translation>Kirie 无法读取{found}；请导出为 8 或 16 位的 JPEG、PNG 或 TIFF</translation>
    </message>
    <message>
        <source>Needs more memory than there is; close other programs, or make the photo smaller</source>
        <translation>所需内存超过可用内存；请关闭其他程序，或缩小照片</translation>
    </message>
    <message>
        <source>No longer there; put it back, or leave it out</source>
        <translation>文件已不存在；请放回原处，或不再使用它</translation>
    </message>
    <message>
        <source>No probability map in {folder}; put a grey image with the same name there</source>
        <translation>{folder} 中没有它的概率图；请放入同名的灰度图</translation>
    </message>
    <message>
        <source>Not a photo that Kirie can read; convert it to JPEG, PNG, WebP or TIFF</source>
        <translation>不是 Kirie 能读取的照片；请转换为 JPEG、PNG、WebP 或 TIFF</translation>
    </message>
    <message>
        <source>The disk is full; free some space and run again</source>
        <translation>磁盘已满；请腾出空间后重试</translation>
    </message>
    <message>
        <source>Unexpected error ({kind}); the log file has the details</source>
        <translation>意外错误（{kind}）；详情见日志文件</translation>
    </message>
    <message>
        <source>Windows keeps the name {name} for a device</source>
        <translation>Windows 将名称 {name} 留给设备使用</translation>
    </message>
    <message>
        <source>a file of that name is in the way</source>
        <translation>已有同名文件</translation>
    </message>
    <message>
        <source>a name in it ends with a dot or a space</source>
        <translation>其中有名称以点或空格结尾</translation>
    </message>
    <message>
        <source>a name in it is empty</source>
        <translation>其中有空的名称</translation>
    </message>
    <message>
        <source>a part of its path is not a folder</source>
        <translation>路径中有一部分不是文件夹</translation>
    </message>
    <message>
        <source>access is denied</source>
        <translation>拒绝访问</translation>
    </message>
    <message>
        <source>another program is using it</source>
        <translation>另一个程序正在使用它</translation>
    </message>
    <message>
        <source>camera raw data</source>
        <translation>相机原始数据</translation>
    </message>
    <message>
        <source>floating-point pixels</source>
        <translation>浮点像素</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>它是一个文件夹</translation>
    </message>
    <message>
        <source>its braces do not match</source>
        <translation>花括号不成对</translation>
    </message>
    <message>
        <source>its links lead in a circle</source>
        <translation>链接互相指向，形成循环</translation>
    </message>
    <message>
        <source>its name is too long</source>
        <translation>名称太长</translation>
    </message>
    <message>
        <source>pixels compressed with {compression}</source>
        <translation>以 {compression} 压缩的像素</translation>
    </message>
    <message>
        <source>pixels in an uncommon BMP layout</source>
        <translation>少见排列方式的 BMP 像素</translation>
    </message>
    <message>
        <source>signed pixels</source>
        <translation>带符号的像素</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>the disk is read-only</source>
        <translation>磁盘是只读的</translation>
    </message>
    <message>
        <source>the disk or network drive does not support it</source>
        <translation>磁盘或网络驱动器不支持此操作</translation>
    </message>
    <message>
        <source>the disk or network drive is gone</source>
        <translation>磁盘或网络驱动器已断开</translation>
    </message>
    <message>
        <source>the disk reported an error</source>
        <translation>磁盘报告了错误</translation>
    </message>
    <message>
        <source>the system says “{words}”</source>
        <translation>系统提示“{words}”</translation>
    </message>
    <message>
        <source>there is no memory left</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>there is no such file or folder</source>
        <translation>没有这个文件或文件夹</translation>
    </message>
    <message>
        <source>too many files are open</source>
        <translation>打开的文件太多</translation>
    </message>
    <message>
        <source>{bits} bits a channel</source>
        <translation>每通道 {bits} 位的像素</translation>
    </message>
    <message>
        <source>{channels} channels compressed with {compression}</source>
        <translation>以 {compression} 压缩的 {channels} 个通道</translation>
    </message>
    <message>
        <source>{first} or {next}</source>
        <translation>{first}或{next}</translation>
    </message>
    <message>
        <source>{first}, {next}</source>
        <translation>{first}、{next}</translation>
    </message>
    <message>
        <source>{first}; {next}</source>
        <translation>{first}；{next}</translation>
    </message>
    <message>
        <source>{kind} pixels</source>
        <translation>{kind} 像素</translation>
    </message>
    <message>
        <source>{kind} pixels of {bits} bits</source>
        <translation>{bits} 位的 {kind} 像素</translation>
    </message>
    <message>
        <source>{megapixels} megapixels, more than the {limit} Kirie reads; make it smaller first</source>
        <translation>{megapixels} 百万像素，超过 Kirie 能读取的 {limit}；请先缩小</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}); check the disk, or choose another folder.</source>
        <translation>无法写入 {path}（{reason}）；请检查磁盘，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>{path} is no longer there; put it back, or leave it out.</source>
        <translation>{path} 已不存在；请放回原处，或不再使用它。</translation>
    </message>
    <message>
        <source>CUDA finds no GPU</source>
        <translation>CUDA 找不到 GPU</translation>
    </message>
    <message>
        <source>Did you mean {names}?</source>
        <translation>您是不是指{names}？</translation>
    </message>
    <message>
        <source>HTTP {status}</source>
        <translation>HTTP {status}</translation>
    </message>
    <message>
        <source>Kirie&apos;s U-Net</source>
        <translation>Kirie 的 U-Net</translation>
    </message>
    <message>
        <source>Kirie&apos;s U²-Net</source>
        <translation>Kirie 的 U²-Net</translation>
    </message>
    <message>
        <source>PyTorch says “{words}”</source>
        <translation>PyTorch 提示“{words}”</translation>
    </message>
    <message>
        <source>PyTorch was installed without CUDA</source>
        <translation>所装的 PyTorch 不含 CUDA</translation>
    </message>
    <message>
        <source>Stopped when the teacher had labelled {done} of {total} photos; whoever continues the run goes on there.</source>
        <translation>老师模型标注了 {total} 张照片中的 {done} 张后停止；继续这次训练会从那里接着进行。</translation>
    </message>
    <message>
        <source>There is no model “{name}”. {hint}</source>
        <translation>没有名为“{name}”的模型。{hint}</translation>
    </message>
    <message>
        <source>There is no preset called {name}; “kirie presets” lists those that there are.</source>
        <translation>没有名为 {name} 的预设；“kirie presets”会列出现有的预设。</translation>
    </message>
    <message>
        <source>Too few photos to tell: on {photos} kept aside the error changed by {gain} ± {spread} ({numbers}). Correct more photos, or keep more aside (--val 0.3).</source>
        <translation>照片太少，无法判断：在留出的 {photos} 上，误差变化为 {gain} ± {spread}（{numbers}）。请修正更多照片，或留出更多（--val 0.3）。</translation>
    </message>
    <message>
        <source>Windows keeps this name for a device</source>
        <translation>Windows 将此名称留给设备使用</translation>
    </message>
    <message>
        <source>a TorchScript program</source>
        <translation>TorchScript 程序</translation>
    </message>
    <message>
        <source>a dictionary that holds {names}</source>
        <translation>它是含有 {names} 的字典</translation>
    </message>
    <message>
        <source>a later version of Kirie wrote it</source>
        <translation>它由更新版本的 Kirie 写成</translation>
    </message>
    <message>
        <source>a tiny prediction gave values that are no numbers</source>
        <translation>一次小型预测给出的值不是数值</translation>
    </message>
    <message>
        <source>a whole pickled network or another Python object</source>
        <translation>整个 pickle 网络或其他 Python 对象</translation>
    </message>
    <message>
        <source>a {kind} instead of a state dict</source>
        <translation>它是 {kind}，而不是 state dict</translation>
    </message>
    <message>
        <source>a “{key}” is missing</source>
        <translation>缺少“{key}”</translation>
    </message>
    <message>
        <source>an empty dictionary</source>
        <translation>它是空的字典</translation>
    </message>
    <message>
        <source>broke off ({reason})</source>
        <translation>连接中断（{reason}）</translation>
    </message>
    <message>
        <source>cannot be reached ({reason})</source>
        <translation>无法连接（{reason}）</translation>
    </message>
    <message>
        <source>certificate not accepted</source>
        <translation>证书不被接受</translation>
    </message>
    <message>
        <source>ended early</source>
        <translation>提前结束</translation>
    </message>
    <message>
        <source>has nothing after the bytes so far</source>
        <translation>在已有字节之后没有内容</translation>
    </message>
    <message>
        <source>it cannot be read ({reason})</source>
        <translation>无法读取它（{reason}）</translation>
    </message>
    <message>
        <source>it cannot be read as JSON</source>
        <translation>无法按 JSON 读取</translation>
    </message>
    <message>
        <source>it contains {characters}; use letters, digits, “-”, “_” and “.”</source>
        <translation>它含有 {characters}；请使用字母、数字、“-”、“_”和“.”</translation>
    </message>
    <message>
        <source>it does not hold a preset of Kirie</source>
        <translation>其中没有 Kirie 的预设</translation>
    </message>
    <message>
        <source>it fails on a photo of {width}×{height}</source>
        <translation>它在 {width}×{height} 的照片上失败</translation>
    </message>
    <message>
        <source>it finds subjects, not vessels</source>
        <translation>它找的是主体，不是血管</translation>
    </message>
    <message>
        <source>it finds vessels, not subjects</source>
        <translation>它找的是血管，不是主体</translation>
    </message>
    <message>
        <source>it gave values that are no numbers</source>
        <translation>它给出的值不是数值</translation>
    </message>
    <message>
        <source>it has {count} inputs</source>
        <translation>它有 {count} 个输入</translation>
    </message>
    <message>
        <source>it holds no parameters</source>
        <translation>它不含参数</translation>
    </message>
    <message>
        <source>it is a ZIP archive of something else</source>
        <translation>它是内容不同的 ZIP 压缩包</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>它是空的</translation>
    </message>
    <message>
        <source>it is longer than {longest} characters</source>
        <translation>它超过 {longest} 个字符</translation>
    </message>
    <message>
        <source>it is neither a file nor one of {recipes}</source>
        <translation>它既不是文件，也不是下列之一：{recipes}</translation>
    </message>
    <message>
        <source>it is no JSON object</source>
        <translation>它不是 JSON 对象</translation>
    </message>
    <message>
        <source>it is no JSON: line {line}, column {column}</source>
        <translation>它不是 JSON：第 {line} 行第 {column} 列</translation>
    </message>
    <message>
        <source>it is no PyTorch or safetensors file</source>
        <translation>它不是 PyTorch 或 safetensors 文件</translation>
    </message>
    <message>
        <source>it is no complete ONNX model</source>
        <translation>它不是完整的 ONNX 模型</translation>
    </message>
    <message>
        <source>it is no text in UTF-8</source>
        <translation>它不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>it looks like a file; leave the suffix out</source>
        <translation>它像是文件名；请去掉后缀</translation>
    </message>
    <message>
        <source>it looks like {layout} but has {other}</source>
        <translation>它像{layout}，但含有{other}</translation>
    </message>
    <message>
        <source>it looks like {layout} but lacks parameters</source>
        <translation>它像{layout}，但缺少参数</translation>
    </message>
    <message>
        <source>it must begin with a letter or digit and not end with a dot</source>
        <translation>它必须以字母或数字开头，且不以点结尾</translation>
    </message>
    <message>
        <source>it sets {field}, which this version does not know</source>
        <translation>它设置了本版本不认识的 {field}</translation>
    </message>
    <message>
        <source>its SHA-256 is another</source>
        <translation>SHA-256 不同</translation>
    </message>
    <message>
        <source>its archive cannot be read to the end</source>
        <translation>其压缩包无法读到结尾</translation>
    </message>
    <message>
        <source>its archive has no end</source>
        <translation>其压缩包没有结尾</translation>
    </message>
    <message>
        <source>its first output has the shape {shape}</source>
        <translation>其首个输出的形状是 {shape}</translation>
    </message>
    <message>
        <source>its input has the shape {shape}</source>
        <translation>其输入的形状是 {shape}</translation>
    </message>
    <message>
        <source>its metadata is not what Kirie writes</source>
        <translation>其元数据不是 Kirie 写入的</translation>
    </message>
    <message>
        <source>its name is not known</source>
        <translation>找不到该名称的主机</translation>
    </message>
    <message>
        <source>its network takes {channels} channels, a photo has 3, or 1 in grey</source>
        <translation>其网络需要 {channels} 个通道，而照片有 3 个，灰度照片有 1 个</translation>
    </message>
    <message>
        <source>its pickle ends too soon or is scrambled</source>
        <translation>其 pickle 数据提前结束或已混乱</translation>
    </message>
    <message>
        <source>its table of contents does not fit its size</source>
        <translation>其内容表与文件大小不符</translation>
    </message>
    <message>
        <source>its version is {version}, known is {known}</source>
        <translation>其版本是 {version}，已知的是 {known}</translation>
    </message>
    <message>
        <source>model {number}: {problem}</source>
        <translation>第 {number} 个模型：{problem}</translation>
    </message>
    <message>
        <source>no answer came in time</source>
        <translation>未及时收到应答</translation>
    </message>
    <message>
        <source>no answer within {seconds} s</source>
        <translation>{seconds} 秒内没有应答</translation>
    </message>
    <message>
        <source>nothing was tried</source>
        <translation>没有尝试任何设备</translation>
    </message>
    <message>
        <source>offers {total} bytes instead of {size}</source>
        <translation>提供 {total} 字节，而不是 {size} 字节</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>redirects to nowhere</source>
        <translation>重定向到无效地址</translation>
    </message>
    <message>
        <source>sends the file compressed</source>
        <translation>发来的是压缩过的文件</translation>
    </message>
    <message>
        <source>sent more than the file</source>
        <translation>发来的比文件还多</translation>
    </message>
    <message>
        <source>silent for {seconds} s</source>
        <translation>{seconds} 秒没有数据</translation>
    </message>
    <message>
        <source>the authors&apos; U²-Net</source>
        <translation>作者的 U²-Net</translation>
    </message>
    <message>
        <source>the connection was closed</source>
        <translation>连接已断开</translation>
    </message>
    <message>
        <source>the connection was refused</source>
        <translation>连接被拒绝</translation>
    </message>
    <message>
        <source>the file changed meanwhile</source>
        <translation>文件在此期间变了</translation>
    </message>
    <message>
        <source>the network cannot be reached</source>
        <translation>无法连接网络</translation>
    </message>
    <message>
        <source>the parts do not make the file</source>
        <translation>各部分拼不成该文件</translation>
    </message>
    <message>
        <source>the stages {names}</source>
        <translation>阶段 {names}</translation>
    </message>
    <message>
        <source>the tutorial&apos;s U-Net</source>
        <translation>教程的 U-Net</translation>
    </message>
    <message>
        <source>the tutorial&apos;s U²-Net</source>
        <translation>教程的 U²-Net</translation>
    </message>
    <message>
        <source>the unknown block {name}</source>
        <translation>未知的块 {name}</translation>
    </message>
    <message>
        <source>the unknown entry {name}</source>
        <translation>未知的条目 {name}</translation>
    </message>
    <message>
        <source>the unknown unit {name}</source>
        <translation>未知的单元 {name}</translation>
    </message>
    <message>
        <source>this computer has no Apple GPU</source>
        <translation>此电脑没有 Apple GPU</translation>
    </message>
    <message>
        <source>this computer has no NVIDIA GPU or no driver for it</source>
        <translation>此电脑没有 NVIDIA GPU 或其驱动程序</translation>
    </message>
    <message>
        <source>this computer has none</source>
        <translation>此电脑没有该设备</translation>
    </message>
    <message>
        <source>values from {low} to {high} are no probabilities; try “activation”: “sigmoid”</source>
        <translation>{low} 到 {high} 的值不是概率；请试用 “activation”: “sigmoid”</translation>
    </message>
    <message>
        <source>{count} tensors of another network ({names}…)</source>
        <translation>它含有另一种网络的 {count} 个张量（{names}…）</translation>
    </message>
    <message>
        <source>{count} units in {stage}</source>
        <translation>{stage} 中的 {count} 个单元</translation>
    </message>
    <message>
        <source>{device}: {problem}</source>
        <translation>{device}：{problem}</translation>
    </message>
    <message>
        <source>{entry} belongs to no {network}</source>
        <translation>{entry} 不属于 {network}</translation>
    </message>
    <message>
        <source>{entry} has the shape {shape} where {expected} belongs</source>
        <translation>{entry} 的形状是 {shape}，应为 {expected}</translation>
    </message>
    <message>
        <source>{entry} holds values that are no numbers</source>
        <translation>{entry} 含有不是数值的内容</translation>
    </message>
    <message>
        <source>{entry} is missing from its {network}</source>
        <translation>其 {network} 缺少 {entry}</translation>
    </message>
    <message>
        <source>{host}: {answer}</source>
        <translation>{host}：{answer}</translation>
    </message>
    <message>
        <source>{path} cannot be used as a preset because {reason}; save it anew, or correct it in a text editor.</source>
        <translation>{path} 不能用作预设，因为{reason}；请重新保存，或用文本编辑器修正。</translation>
    </message>
    <message>
        <source>{path} could not be opened ({reason}); check its permissions and its disk.</source>
        <translation>无法打开 {path}（{reason}）；请检查其权限和所在磁盘。</translation>
    </message>
    <message>
        <source>{rate} kB/s</source>
        <translation>{rate} kB/s</translation>
    </message>
    <message>
        <source>{value} is no value of {field}</source>
        <translation>{value} 不是 {field} 的有效值</translation>
    </message>
    <message>
        <source>{variable}={place} cannot be read</source>
        <translation>无法读取 {variable}={place}</translation>
    </message>
    <message>
        <source>{{{field}}} is unknown</source>
        <translation>{{{field}}} 未知</translation>
    </message>
    <message>
        <source>{{{field}}} takes nothing after its name</source>
        <translation>{{{field}}} 的名称之后不能再写别的</translation>
    </message>
    <message>
        <source>“kirie models list” shows those there are.</source>
        <translation>“kirie models list”会列出现有的模型。</translation>
    </message>
    <message>
        <source>“mirrors” must be http or https addresses</source>
        <translation>“mirrors”必须是 http 或 https 地址</translation>
    </message>
    <message>
        <source>“models” with a list is missing</source>
        <translation>缺少列表“models”</translation>
    </message>
    <message>
        <source>“sha256” of 64 hexadecimal digits is missing</source>
        <translation>缺少 64 位十六进制的“sha256”</translation>
    </message>
    <message>
        <source>“size” in bytes is missing</source>
        <translation>缺少以字节计的“size”</translation>
    </message>
    <message>
        <source>“{character}” cannot stand in a file name</source>
        <translation>文件名中不能有“{character}”</translation>
    </message>
    <message>
        <source>“{key}” is of the wrong kind</source>
        <translation>“{key}”的类型不对</translation>
    </message>
    <message>
        <source>“{key}” is unknown</source>
        <translation>“{key}”未知</translation>
    </message>
    <message>
        <source>“{key}” is {size} where the network takes {expected}</source>
        <translation>“{key}”是 {size}，而网络需要 {expected}</translation>
    </message>
    <message>
        <source>“{key}” must be a list of names</source>
        <translation>“{key}”必须是名称列表</translation>
    </message>
    <message>
        <source>“{key}” must be from 0 to 1</source>
        <translation>“{key}”必须在 0 到 1 之间</translation>
    </message>
    <message>
        <source>“{key}” must be one of {choices}</source>
        <translation>“{key}”必须是下列之一：{choices}</translation>
    </message>
    <message>
        <source>“{key}” must be one or two numbers of pixels</source>
        <translation>“{key}”必须是一个或两个像素数</translation>
    </message>
    <message>
        <source>“{key}” must be three numbers</source>
        <translation>“{key}”必须是三个数</translation>
    </message>
    <message>
        <source>“{key}” must not be 0</source>
        <translation>“{key}”不能为 0</translation>
    </message>
    <message>
        <source>“{name}”</source>
        <translation>“{name}”</translation>
    </message>
    <message>
        <source>“{name}” cannot be a name: {reason}</source>
        <translation>“{name}”不能作为名称：{reason}</translation>
    </message>
    <message>
        <source>“{name}” cannot be bundled: that means it comes with Kirie</source>
        <translation>“{name}”不能标为附带：那表示它随 Kirie 提供</translation>
    </message>
    <message>
        <source>“{words}”</source>
        <translation>“{words}”</translation>
    </message>
    <message>
        <source>Standard output could not be written ({reason}); the results that were to be printed are lost.</source>
        <translation>标准输出无法写入（{reason}）；本应打印的结果已丢失。</translation>
    </message>
    <message>
        <source>Another Kirie is already writing into {folder}; wait until it is done or choose another folder.</source>
        <translation>另一个 Kirie 正在写入 {folder}；请等它完成或选择其他文件夹。</translation>
    </message>
    <message>
        <source>The datasets have changed since the run “{name}” began ({before} pairs then, {now} now); put them back, or start a new run from its best weights.</source>
        <translation>自训练“{name}”开始以来数据集已改变（当时 {before} 对，现在 {now} 对）；请恢复数据集，或从其最佳权重开始新的训练。</translation>
    </message>
    <message>
        <source>The device {device} cannot be used ({reason}); choose auto or cpu.</source>
        <translation>设备 {device} 无法使用（{reason}）；请选择自动或 CPU。</translation>
    </message>
    <message>
        <source>The download of “{name}” broke off at {done} of {total} MB; try again to continue there, or use a file you have.</source>
        <translation>“{name}”的下载在 {done} / {total} MB 处中断；请重试以继续，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>The file of “{name}” could not be changed ({reason}); close other programs that use it and try again.</source>
        <translation>无法更改“{name}”的文件（{reason}）；请关闭使用它的其他程序后重试。</translation>
    </message>
    <message>
        <source>The model “{name}” comes with Kirie and cannot be removed.</source>
        <translation>模型“{name}”随 Kirie 附带，无法移除。</translation>
    </message>
    <message>
        <source>The model “{name}” is not installed; run “kirie models download {name}”, or “kirie models import FILE” with a file you have.</source>
        <translation>模型“{name}”尚未安装；请运行“kirie models download {name}”，或用已有文件运行“kirie models import FILE”。</translation>
    </message>
    <message>
        <source>The name “{template}” cannot be used because {reason}; write text with {{stem}}, {{kind}}, {{model}} and {{index}}.</source>
        <translation>名称“{template}”无法使用（{reason}）；请使用含 {{stem}}、{{kind}}、{{model}}、{{index}} 的文字。</translation>
    </message>
    <message>
        <source>The run in {folder} cannot be resumed ({found}); its best weights are in {best}. Start a new run from it.</source>
        <translation>{folder} 中的训练无法继续（{found}）；其最佳权重在 {best}。请从它开始新的训练。</translation>
    </message>
    <message>
        <source>The run “{name}” is being trained by another Kirie; wait until it ends or stop it there.</source>
        <translation>训练“{name}”正由另一个 Kirie 进行；请等它结束，或在那里停止。</translation>
    </message>
    <message>
        <source>There is already a model “{name}”; choose another name, or remove it first.</source>
        <translation>已有模型“{name}”；请换一个名称，或先将其移除。</translation>
    </message>
    <message>
        <source>There is no run “{name}” to resume in {folder}.</source>
        <translation>{folder} 中没有可继续的训练“{name}”。</translation>
    </message>
    <message>
        <source>This photo cannot be predicted on {device} ({problem}); close other programs or choose a smaller model.</source>
        <translation>此照片无法在 {device} 上预测（{problem}）；请关闭其他程序或选择较小的模型。</translation>
    </message>
    <message>
        <source>{file} is not the file that the catalogue lists as “{name}”; import it under another name.</source>
        <translation>{file} 不是目录中列为“{name}”的文件；请以其他名称导入。</translation>
    </message>
    <message>
        <source>{format} cannot hold a cutout of {width} × {height} pixels; choose PNG or TIFF.</source>
        <translation>{format} 无法容纳 {width} × {height} 像素的抠图；请选择 PNG 或 TIFF。</translation>
    </message>
    <message>
        <source>{model} does not say which photos were kept aside in training; evaluate it without --held-out.</source>
        <translation>{model} 没有记录训练时留出的照片；请不带 --held-out 进行评估。</translation>
    </message>
    <message>
        <source>{path} cannot be trained on: {reason}. “--check” shows every file.</source>
        <translation>{path} 无法用于训练：{reason}。“--check”会列出每个文件。</translation>
    </message>
    <message>
        <source>{path} cannot be used as a model: {found}. Kirie uses ONNX networks with one photo (1×3×height×width) as input and probability maps as first output.</source>
        <translation>{path} 不能用作模型：{found}。Kirie 使用以一张照片（1×3×高×宽）为输入、以概率图为首个输出的 ONNX 网络。</translation>
    </message>
    <message>
        <source>{path} cannot be used as weights: {found}. Accepted: Kirie&apos;s own safetensors, the U²-Net authors&apos; u2net.pth, u2netp.pth and u2net_human_seg.pth, a plain PyTorch state dict of U²-Net or U-Net, or an ONNX file.</source>
        <translation>{path} 不能用作权重：{found}。可接受：Kirie 自己的 safetensors，U²-Net 作者的 u2net.pth、u2netp.pth 和 u2net_human_seg.pth，U²-Net 或 U-Net 的普通 PyTorch state dict，或 ONNX 文件。</translation>
    </message>
    <message>
        <source>{path} could not be cut because of an unexpected error ({kind}); the log file has the details.</source>
        <translation>{path} 因意外错误（{kind}）未能处理；详情见日志文件。</translation>
    </message>
    <message>
        <source>{path} could not be opened ({reason}); check its permissions.</source>
        <translation>无法打开 {path}（{reason}）；请检查其权限。</translation>
    </message>
    <message>
        <source>{path} could not be read.</source>
        <translation>无法读取 {path}。</translation>
    </message>
    <message>
        <source>{path} does not say how photos are prepared for it; put a recipe beside it as {beside}, or name one with “kirie models import FILE --recipe NAME” ({known}).</source>
        <translation>{path} 没有说明照片的预处理方式；请在其旁放一份名为 {beside} 的配方，或用“kirie models import FILE --recipe NAME”指定一种（{known}）。</translation>
    </message>
    <message>
        <source>{path} has no probability map in {folder}; put a grey image with the same name there.</source>
        <translation>{folder} 中没有 {path} 的概率图；请放入同名的灰度图。</translation>
    </message>
    <message>
        <source>{path} has the classes {found}, {other} has {expected}; datasets that are trained together must agree.</source>
        <translation>{path} 的类别为 {found}，{other} 的类别为 {expected}；一起训练的数据集必须一致。</translation>
    </message>
    <message>
        <source>{path} has {megapixels} megapixels, more than the {limit} Kirie reads; make it smaller first.</source>
        <translation>{path} 有 {megapixels} 百万像素，超过 Kirie 能读取的 {limit}；请先缩小。</translation>
    </message>
    <message>
        <source>{path} holds program code ({found}), which Kirie never runs. Accepted: Kirie&apos;s own safetensors, the U²-Net authors&apos; u2net.pth, u2netp.pth and u2net_human_seg.pth, a plain PyTorch state dict of U²-Net or U-Net, or an ONNX file.</source>
        <translation>{path} 含有程序代码（{found}），Kirie 绝不运行。可接受：Kirie 自己的 safetensors，U²-Net 作者的 u2net.pth、u2netp.pth 和 u2net_human_seg.pth，U²-Net 或 U-Net 的普通 PyTorch state dict，或 ONNX 文件。</translation>
    </message>
    <message>
        <source>{path} holds {found}, which Kirie does not read; export it as JPEG, PNG or TIFF of 8 or 16 bits.</source>
        <translation>{path} 含有 {found}，Kirie 无法读取；请导出为 8 或 16 位的 JPEG、PNG 或 TIFF。</translation>
    </message>
    <message>
        <source>{path} is a folder; choose the file of weights in it.</source>
        <translation>{path} 是一个文件夹；请选择其中的权重文件。</translation>
    </message>
    <message>
        <source>{path} is damaged or incomplete ({found}); download or copy it again.</source>
        <translation>{path} 已损坏或不完整（{found}）；请重新下载或复制。</translation>
    </message>
    <message>
        <source>{path} is damaged or incomplete; copy it again from its source.</source>
        <translation>{path} 已损坏或不完整；请从来源重新复制。</translation>
    </message>
    <message>
        <source>{path} is empty; copy it again from its source.</source>
        <translation>{path} 是空文件；请从来源重新复制。</translation>
    </message>
    <message>
        <source>{path} is not a catalogue that Kirie understands ({reason}); correct it or move it away.</source>
        <translation>{path} 不是 Kirie 能理解的目录（{reason}）；请更正或移走。</translation>
    </message>
    <message>
        <source>{path} is not a dataset: it needs a folder of photos (images, image, imgs or photos) and a folder of masks (masks, mask, labels or 1st_manual); it has {found}.</source>
        <translation>{path} 不是数据集：需要照片文件夹（images、image、imgs 或 photos）和蒙版文件夹（masks、mask、labels 或 1st_manual）；它包含 {found}。</translation>
    </message>
    <message>
        <source>{path} is not a folder; name a dataset: a folder with images/ and masks/.</source>
        <translation>{path} 不是文件夹；请指定数据集：含 images/ 和 masks/ 的文件夹。</translation>
    </message>
    <message>
        <source>{path} is not a photo that Kirie can read; convert it to JPEG, PNG, WebP or TIFF.</source>
        <translation>{path} 不是 Kirie 能读取的照片；请转换为 JPEG、PNG、WebP 或 TIFF。</translation>
    </message>
    <message>
        <source>{path} is not there; check its name and folder, or choose another model.</source>
        <translation>{path} 不存在；请检查文件名和文件夹，或选择其他模型。</translation>
    </message>
    <message>
        <source>{path} needs more memory than there is; close other programs, or make the photo smaller.</source>
        <translation>{path} 所需内存超过可用内存；请关闭其他程序，或缩小照片。</translation>
    </message>
    <message>
        <source>{path} was not written because the disk is full; free some space and run again.</source>
        <translation>磁盘已满，{path} 未写入；请腾出空间后重试。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Kirie (format {version}, known up to {known}); update Kirie.</source>
        <translation>{path} 由更新版本的 Kirie 写入（格式 {version}，本版最高 {known}）；请更新 Kirie。</translation>
    </message>
    <message>
        <source>{path}: the recipe does not fit ({found}); correct it and try again.</source>
        <translation>{path}：配方不符（{found}）；请更正后重试。</translation>
    </message>
    <message>
        <source>{start} is a {found}, not a {wanted}; leave out --network and --width, or choose --from scratch.</source>
        <translation>{start} 是 {found}，不是 {wanted}；请省略 --network 和 --width，或选择 --from scratch。</translation>
    </message>
    <message>
        <source>“{name}” cannot be the name of a model: {reason}.</source>
        <translation>“{name}”不能作为模型名称：{reason}。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded.</source>
        <translation>无法下载“{name}”。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: the proxy refused ({reason}); set HTTPS_PROXY=http://user:password@host:port, or use a file you have.</source>
        <translation>无法下载“{name}”：代理拒绝（{reason}）；请设置 HTTPS_PROXY=http://user:password@host:port，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: the secure connection to {host} cannot be trusted ({reason}); set SSL_CERT_FILE to your company&apos;s certificates, or use a file you have.</source>
        <translation>无法下载“{name}”：与 {host} 的安全连接不可信（{reason}）；请将 SSL_CERT_FILE 设为贵公司的证书，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: {answers}; try again later, or use a file you have.</source>
        <translation>无法下载“{name}”：{answers}；请稍后重试，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be downloaded: {hosts} cannot be reached; check the network, or use a file you have.</source>
        <translation>无法下载“{name}”：连接不上 {hosts}；请检查网络，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” is being downloaded or installed by another program; wait for it, or stop it there.</source>
        <translation>另一个程序正在下载或安装“{name}”；请等待，或在那里停止。</translation>
    </message>
    <message>
        <source>“{name}” is not offered for download; use a file you have instead.</source>
        <translation>“{name}”不提供下载；请使用您已有的文件。</translation>
    </message>
    <message>
        <source>“{name}” needs {needed} MB and only {free} MB are free in {folder}; free some space and try again.</source>
        <translation>“{name}”需要 {needed} MB，而 {folder} 仅剩 {free} MB；请腾出空间后重试。</translation>
    </message>
    <message>
        <source>“{name}” was changed or damaged since it was installed ({path}); remove it and install it again.</source>
        <translation>“{name}”安装后被更改或损坏（{path}）；请移除后重新安装。</translation>
    </message>
    <message>
        <source>“{name}” was not installed: what {hosts} sent is not the file of the catalogue; try again later, or use a file you have.</source>
        <translation>“{name}”未安装：{hosts} 发来的不是目录中的文件；请稍后重试，或使用您已有的文件。</translation>
    </message>
    <message>
        <source>an output would replace the photo</source>
        <translation>输出文件会覆盖照片本身</translation>
    </message>
    <message>
        <source>it is no JSON object on one line</source>
        <translation>它不是单行的 JSON 对象</translation>
    </message>
    <message>
        <source>“{field}” has a value that cannot be used</source>
        <translation>“{field}”的值无法使用</translation>
    </message>
    <message>
        <source>“{field}” is missing</source>
        <translation>缺少“{field}”</translation>
    </message>
    <message>
        <source>“{field}” is unknown</source>
        <translation>“{field}”是未知字段</translation>
    </message>
    <message>
        <source>The request cannot be answered because {reason}; “Other programs” in the documentation has its format.</source>
        <translation>无法回答该请求，因为{reason}；格式见文档中的“其他程序”一节。</translation>
    </message>
    <message>
        <source>The mask has other proportions than the photo</source>
        <translation>蒙版的比例与照片不同</translation>
    </message>
    <message>
        <source>{path} has other proportions than {photo} ({width} × {height}); use a mask that was made of this photo.</source>
        <translation>{path} 的比例与 {photo}（{width} × {height}）不同；请使用由这张照片制作的蒙版。</translation>
    </message>
    <message>
        <source>This is {kind}; install the package {plugin} to read it, or convert it to JPEG</source>
        <translation>这是{kind}；请安装 {plugin} 包来读取，或转换为 JPEG</translation>
    </message>
    <message>
        <source>a HEIC photo</source>
        <translation> HEIC 照片</translation>
    </message>
    <message>
        <source>a camera raw photo</source>
        <translation>相机 RAW 照片</translation>
    </message>
    <message>
        <source>{path} is {kind}; install the package {plugin} to read it, or convert it to JPEG.</source>
        <translation>{path} 是{kind}；请安装 {plugin} 包来读取，或转换为 JPEG。</translation>
    </message>
    <message>
        <source>On other photos it finds what its start found (mean difference {change}).</source>
        <translation>在其他照片上，它的结果与起始模型一致（平均差异 {change}）。</translation>
    </message>
    <message>
        <source>On other photos it now finds something else than its start (mean difference {change}); a mixture of {mix} stays closer to it.</source>
        <translation>在其他照片上，它的结果已与起始模型不同（平均差异 {change}）；按 {mix} 混合会更接近起始模型。</translation>
    </message>
    <message>
        <source>“{name}” has nothing to mix: it began from scratch or with other classes, or has no weights yet.</source>
        <translation>“{name}”没有可混合的内容：它是从零开始训练的、类别不同，或尚无权重。</translation>
    </message>
    <message>
        <source>Ended the program that cut it, three times; cut it on one computer, or leave it out</source>
        <translation>抠图程序处理它时连续三次意外终止；请在单台电脑上处理，或将其略过</translation>
    </message>
    <message>
        <source>{path} ended the program that cut it, three times; cut it on one computer, or leave it out.</source>
        <translation>处理 {path} 时抠图程序连续三次意外终止；请在单台电脑上处理，或将其略过。</translation>
    </message>
</context>
<context>
    <name>photo settings</name>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Blur the outline</source>
        <translation>模糊轮廓</translation>
    </message>
    <message>
        <source>Clean edge colours</source>
        <translation>净化边缘颜色</translation>
    </message>
    <message>
        <source>Cut off what is empty all around</source>
        <translation>裁去四周空白</translation>
    </message>
    <message>
        <source>Drop every part but the largest connected one</source>
        <translation>只留下最大的连通部分</translation>
    </message>
    <message>
        <source>Edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>Empty pixels left around a trimmed subject</source>
        <translation>裁切后主体四周保留的空白像素</translation>
    </message>
    <message>
        <source>Enlarge small subjects</source>
        <translation>放大过小的主体</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>填补空洞</translation>
    </message>
    <message>
        <source>How closely edges follow the photo</source>
        <translation>边缘贴合照片的程度</translation>
    </message>
    <message>
        <source>How much of the canvas stays free at the edge where the subject stands; in the middle, at all edges</source>
        <translation>主体所靠的画布边缘留空多少；居中时四边都留空</translation>
    </message>
    <message>
        <source>How much of the canvas the subject takes, on the side that limits it</source>
        <translation>主体占画布的比例，以先碰到边的那一侧为准</translation>
    </message>
    <message>
        <source>Keep what is enclosed by the subject, such as a handle&apos;s hole</source>
        <translation>保留被主体包围的部分，例如把手中的孔</translation>
    </message>
    <message>
        <source>Largest subject only</source>
        <translation>仅保留最大主体</translation>
    </message>
    <message>
        <source>Let a subject that has too few pixels for its share be enlarged; otherwise it stays smaller</source>
        <translation>主体像素不足以达到占比时将其放大；否则主体会显得更小</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>边距</translation>
    </message>
    <message>
        <source>Move the outline outwards, or inwards below zero</source>
        <translation>向外移动轮廓，负值向内</translation>
    </message>
    <message>
        <source>Padding</source>
        <translation>留边</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Take the old background&apos;s colour out of soft edges</source>
        <translation>去除柔和边缘中的旧背景颜色</translation>
    </message>
    <message>
        <source>The side of the canvas that counts; the subject may reach beyond the other one, as shoulders in a portrait</source>
        <translation>以画布的哪一边计算占比；主体可以超出另一边，例如人像的肩膀</translation>
    </message>
    <message>
        <source>Trim to the subject</source>
        <translation>裁切到主体</translation>
    </message>
    <message>
        <source>What stands behind the subject: nothing, a colour or a picture</source>
        <translation>主体后面是什么：无、一种颜色或一张图片</translation>
    </message>
    <message>
        <source>Where the subject stands on the canvas</source>
        <translation>主体在画布上的位置</translation>
    </message>
    <message>
        <source>Edge softness</source>
        <translation>边缘柔和度</translation>
    </message>
    <message>
        <source>Expand / contract</source>
        <translation>扩展 / 收缩</translation>
    </message>
    <message>
        <source>How gradually the subject fades out at its edge</source>
        <translation>主体在边缘处渐隐的程度</translation>
    </message>
    <message>
        <source>How sure the model must be that a pixel belongs to the subject (threshold)</source>
        <translation>模型要有多大把握，才把一个像素算作主体（阈值）</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留多少</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Choose the colour of the shadow</source>
        <translation>选择阴影的颜色</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>How dark the shadow is</source>
        <translation>阴影有多深</translation>
    </message>
    <message>
        <source>How far the shadow is from the subject</source>
        <translation>阴影离主体多远</translation>
    </message>
    <message>
        <source>How soft the shadow is</source>
        <translation>阴影有多柔和</translation>
    </message>
    <message>
        <source>Light from</source>
        <translation>光线方向</translation>
    </message>
    <message>
        <source>Shadow</source>
        <translation>阴影</translation>
    </message>
    <message>
        <source>Shadow colour</source>
        <translation>阴影颜色</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>What the subject throws on the background: nothing, a shadow by a light, or that of the ground it stands on</source>
        <translation>主体投在背景上的阴影：无、由光线投下的，或站立处地面的</translation>
    </message>
    <message>
        <source>Where the light comes from: 0° right, 90° above, 180° left</source>
        <translation>光线从哪里来：0° 右，90° 上，180° 左</translation>
    </message>
    <message>
        <source>Measured by</source>
        <translation>占比依据</translation>
    </message>
    <message>
        <source>Subject’s share</source>
        <translation>主体占比</translation>
    </message>
</context>
<context>
    <name>presets</name>
    <message>
        <source>Amazon main image</source>
        <translation>亚马逊主图</translation>
    </message>
    <message>
        <source>Head and shoulders on light grey, standing at the lower edge, 827 × 1063 pixels (600 dots an inch). The head must be 70 to 80 % of the height: check it, and change the share where it is not.</source>
        <translation>浅灰背景上的头肩像，贴齐下边缘，827 × 1063 像素（每英寸 600 点）。头部须占高度的 70% 到 80%：请检查，不符时调整占比。</translation>
    </message>
    <message>
        <source>Passport portrait 35 × 45 mm</source>
        <translation>护照照片 35 × 45 毫米</translation>
    </message>
    <message>
        <source>Product on pure white, at least 85 % of the frame, 2000 × 2000 pixels for zoom, JPEG in sRGB, without GPS. Smaller subjects are enlarged.</source>
        <translation>纯白背景上的商品，至少占画面的 85%，2000 × 2000 像素以支持缩放查看，sRGB 的 JPEG，不含 GPS。过小的主体会被放大。</translation>
    </message>
    <message>
        <source>Social media square</source>
        <translation>社交媒体方图</translation>
    </message>
    <message>
        <source>Subject with air around it on a warm white, 1080 × 1080 pixels, JPEG in sRGB, without GPS.</source>
        <translation>暖白背景上四周留白的主体，1080 × 1080 像素，sRGB 的 JPEG，不含 GPS。</translation>
    </message>
    <message>
        <source>Subject without a background on 2048 × 2048 pixels, as web shops show it, WebP in sRGB, without GPS.</source>
        <translation>无背景的主体，2048 × 2048 像素，适合网店展示，sRGB 的 WebP，不含 GPS。</translation>
    </message>
    <message>
        <source>Web shop, transparent square</source>
        <translation>网店透明方图</translation>
    </message>
</context>
</TS>
